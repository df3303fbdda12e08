import type { NotificationChannel, NotificationDelivery } from '@app/contracts';

export const channelExample: NotificationChannel = {
  id: '3c8f1f0a-5a3e-4c39-9d5b-0a4f5ce1b9d2',
  name: 'On call',
  kind: 'webhook',
  enabled: true,
  sendResolved: true,
  filter: { minSeverity: 'warning', agents: ['planner-*'] },
  groupBy: 'rule',
  groupWaitSeconds: 10,
  groupIntervalSeconds: 60,
  maxPerMinute: 20,
  settings: { url: 'https://hooks.example.org/alerts' },
  secrets: { secret: { set: true, last4: 'kZWY' } },
  version: 1,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
};

export const deliveryExample: NotificationDelivery = {
  id: '7d0e4a52-2f5d-4f38-8a0e-6d9b1c3f5a77',
  channelId: channelExample.id,
  channelName: 'On call',
  kind: 'webhook',
  state: 'sent',
  test: false,
  title: '[CRITICAL] 12 agents slow, 3 resolved',
  alertCount: 15,
  attempts: 2,
  createdAt: '2026-11-22T10:00:10.000Z',
  nextAttemptAt: null,
  finishedAt: '2026-11-22T10:00:16.000Z',
  responseStatus: 204,
  errorCode: null,
  errorDetail: null,
};
