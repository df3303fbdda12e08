import { createHash } from 'node:crypto';

import { SYSTEM_NOTICE_TYPE } from '@app/contracts';

import type { HttpMessage } from '../guarded-http.js';
import type { Notice } from '../message.js';
import { JSON_HEADERS, alertLink } from './outgoing.js';
import type { Outgoing } from './outgoing.js';

/** How Go writes that there is no end yet. */
const NO_END = '0001-01-01T00:00:00Z';

type Labels = Record<string, string>;

interface Entry {
  status: 'firing' | 'resolved';
  labels: Labels;
  annotations: Labels;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
  fingerprint: string;
}

/** The payload of Alertmanager's webhook receiver, version 4. */
export function alertmanagerRequest(outgoing: Outgoing): HttpMessage {
  const { message, settings, secrets, channelName } = outgoing;
  const alerts = message.notices.map((notice) => toEntry(notice, outgoing));
  const firing = alerts.some(({ status }) => status === 'firing');
  const alertname = message.notices[0]?.alert.type ?? '';
  const groupLabels = { alertname, group: message.groupKey, project: message.project };
  const body = JSON.stringify({
    version: '4',
    groupKey: `{}:${JSON.stringify(groupLabels)}`,
    truncatedAlerts: message.alertCount - message.notices.length,
    status: firing ? 'firing' : 'resolved',
    receiver: channelName,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: { title: message.title },
    externalURL: outgoing.publicUrl ?? '',
    alerts,
  });
  const token = secrets.bearerToken;
  return {
    url: String(settings.url),
    headers: { ...JSON_HEADERS, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body,
  };
}

function toEntry({ transition, alert, occurredAt }: Notice, outgoing: Outgoing): Entry {
  const resolved = transition === 'resolved';
  const labels: Labels = {
    alertname: alert.type,
    severity: alert.severity,
    project: alert.project,
    agent_id: alert.agentId,
    agent_name: alert.agentName,
    agent_type: alert.agentType,
    ...(alert.type === SYSTEM_NOTICE_TYPE && { condition: alert.ruleId ?? '' }),
    ...(alert.taskType !== null && { task_type: alert.taskType }),
    ...(alert.complexity !== null && { complexity: String(alert.complexity) }),
    ...(outgoing.message.test && { test: 'true' }),
  };
  return {
    status: resolved ? 'resolved' : 'firing',
    labels,
    annotations: {
      summary: alert.message,
      value: String(alert.actualValue),
      threshold: String(alert.thresholdValue),
      unit: alert.unit,
    },
    startsAt: alert.firedAt,
    endsAt: resolved ? (alert.resolvedAt ?? occurredAt) : NO_END,
    generatorURL: alertLink(outgoing, alert) ?? '',
    fingerprint: createHash('sha256').update(alert.id).digest('hex').slice(0, 16),
  };
}

/** What all have in common. */
function common(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  const shared = Object.entries(first).filter(([name, value]) =>
    others.every((labels) => labels[name] === value),
  );
  return Object.fromEntries(shared);
}
