import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';
import { routes } from './app/app.routes';
import { loadAhead } from './app/load-ahead';

loadAhead(location.pathname, routes);
// In a task of its own: so long neither blocks the page.
setTimeout(() => void bootstrapApplication(App, appConfig));
