import { Module } from '@nestjs/common';

import { AddressGuard, HostResolver } from './address-guard.js';
import { ChannelSender } from './channel.sender.js';
import { ChannelStore } from './channel.store.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsService } from './channels.service.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryLimits } from './delivery.limits.js';
import { DeliveryStore } from './delivery.store.js';
import { DeliveryWorker } from './delivery.worker.js';
import { GuardedHttp } from './guarded-http.js';
import { GuardedSmtp } from './guarded-smtp.js';
import { MessageComposer } from './message.composer.js';
import { NotificationOutbox } from './notification.outbox.js';
import { SecretBox } from './secret-box.js';

@Module({
  controllers: [ChannelsController, DeliveriesController],
  providers: [
    AddressGuard,
    ChannelSender,
    ChannelStore,
    ChannelsService,
    DeliveriesService,
    DeliveryLimits,
    DeliveryStore,
    DeliveryWorker,
    GuardedHttp,
    GuardedSmtp,
    HostResolver,
    MessageComposer,
    NotificationOutbox,
    SecretBox,
  ],
  exports: [NotificationOutbox],
})
export class NotificationsModule {}
