export { AlertEntity } from './alert.entity.js';
export { AlertsModule } from './alerts.module.js';
export { AlertsService } from './alerts.service.js';
