export type { AlertNotice } from './alert-notice.js';
export { NotificationOutbox } from './notification.outbox.js';
export type { RunQuery } from './notification.outbox.js';
export { NotificationsModule } from './notifications.module.js';
