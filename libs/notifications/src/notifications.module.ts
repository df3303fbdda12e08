import { Module } from '@nestjs/common';

import { NotificationOutbox } from './notification.outbox.js';

@Module({
  providers: [NotificationOutbox],
  exports: [NotificationOutbox],
})
export class NotificationsModule {}
