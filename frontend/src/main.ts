import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';
import { routes } from './app/app.routes';
import { loadAhead } from './app/load-ahead';

loadAhead(location.pathname, routes);
void bootstrapApplication(App, appConfig);
