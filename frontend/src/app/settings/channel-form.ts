import { HttpErrorResponse } from '@angular/common/http';
import { SYSTEM_NOTICE_TYPE } from '@app/contracts';
import type {
  ChannelFilter,
  ChannelGrouping,
  ChannelKind,
  FieldProblem,
  NewChannel,
  NotificationChannel,
  Severity,
} from '@app/contracts';
import { alertWords } from '../alerts/words';
import type { channelsEn } from './channel-words.en';
import { channelWords } from './words';

export interface SettingSpec {
  key: string;
  /** Names it in the words of channels. */
  label: keyof (typeof channelsEn)['settings'];
  kind: 'text' | 'number' | 'list' | 'secret' | 'choice';
  optional?: boolean;
  hint?: keyof (typeof channelsEn)['hints'];
  choices?: readonly (keyof (typeof channelsEn)['security'])[];
  /** What a new channel starts with. */
  initial?: string;
}

export const SETTINGS: Readonly<Record<ChannelKind, readonly SettingSpec[]>> = {
  webhook: [
    { key: 'url', label: 'url', kind: 'text' },
    { key: 'secret', label: 'secret', kind: 'secret', hint: 'secret' },
  ],
  slack: [{ key: 'url', label: 'webhookUrl', kind: 'secret' }],
  email: [
    { key: 'host', label: 'host', kind: 'text' },
    { key: 'port', label: 'port', kind: 'number', initial: '587' },
    {
      key: 'security',
      label: 'security',
      kind: 'choice',
      choices: ['starttls', 'tls', 'none'],
      initial: 'starttls',
    },
    { key: 'user', label: 'user', kind: 'text', optional: true },
    { key: 'password', label: 'password', kind: 'secret', optional: true },
    { key: 'from', label: 'from', kind: 'text' },
    { key: 'to', label: 'to', kind: 'list', hint: 'to' },
  ],
  pagerduty: [
    { key: 'routingKey', label: 'routingKey', kind: 'secret', hint: 'routingKey' },
    { key: 'url', label: 'regionUrl', kind: 'text', optional: true },
  ],
  alertmanager: [
    { key: 'url', label: 'url', kind: 'text' },
    { key: 'bearerToken', label: 'bearerToken', kind: 'secret', optional: true },
  ],
};

/** A channel as its form has it: lists as text, secrets empty until they are replaced. */
export interface ChannelForm {
  name: string;
  enabled: boolean;
  sendResolved: boolean;
  minSeverity: Severity | '';
  agents: string;
  agentTypes: string;
  groupBy: ChannelGrouping;
  settings: Record<string, string>;
}

export function channelForm(kind: ChannelKind, channel: NotificationChannel | null): ChannelForm {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return value.join(', ');
    return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
  };
  const settings = SETTINGS[kind].map(({ key, kind: as, initial = '' }) => {
    if (as === 'secret') return [key, ''] as const;
    return [key, channel === null ? initial : text(channel.settings[key])] as const;
  });
  return {
    name: channel?.name ?? '',
    enabled: channel?.enabled ?? true,
    sendResolved: channel?.sendResolved ?? true,
    minSeverity: channel?.filter.minSeverity ?? '',
    agents: text(channel?.filter.agents),
    agentTypes: text(channel?.filter.agentTypes),
    groupBy: channel?.groupBy ?? 'rule',
    settings: Object.fromEntries(settings),
  };
}

/** The body that creates the channel or changes it; secrets that were left empty are not sent. */
export function channelInput(
  kind: ChannelKind,
  form: ChannelForm,
  before: NotificationChannel | null,
): Omit<NewChannel, 'kind'> {
  const agents = listed(form.agents);
  const agentTypes = listed(form.agentTypes);
  const alertTypes = before?.filter.alertTypes;
  const filter: ChannelFilter = {
    ...(form.minSeverity !== '' && { minSeverity: form.minSeverity }),
    ...(alertTypes && { alertTypes }),
    ...(agents.length > 0 && { agents }),
    ...(agentTypes.length > 0 && { agentTypes }),
  };
  const settings: Record<string, unknown> = {};
  for (const spec of SETTINGS[kind]) {
    const value = (form.settings[spec.key] ?? '').trim();
    if (value !== '') settings[spec.key] = settingValue(spec, value);
    else if (spec.kind !== 'secret' && before?.settings[spec.key] !== undefined)
      settings[spec.key] = null;
  }
  const { enabled, sendResolved, groupBy } = form;
  return { name: form.name.trim(), enabled, sendResolved, groupBy, filter, settings };
}

function settingValue({ kind }: SettingSpec, value: string): unknown {
  if (kind === 'list') return listed(value);
  if (kind === 'number' && Number.isFinite(Number(value))) return Number(value);
  return value;
}

function listed(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}

/** Which alerts the channel is told of, in words. */
export function filterWords({
  minSeverity,
  alertTypes,
  agents,
  agentTypes,
}: ChannelFilter): string {
  const words = channelWords().filter;
  const { types } = alertWords();
  const parts = [
    minSeverity && words.severity[minSeverity],
    alertTypes
      ?.map((type) => (type === SYSTEM_NOTICE_TYPE ? words.system : types[type]))
      .join(', '),
    agentTypes && words.agentTypes(agentTypes.join(', ')),
    agents && words.agents(agents.join(', ')),
  ].filter(Boolean);
  return parts.length === 0 ? words.all : parts.join(' · ');
}

/** What the server says about single fields, by the name that the form knows them under. */
export function channelProblems(error: unknown): Record<string, string> {
  if (!(error instanceof HttpErrorResponse)) return {};
  const body = error.error as { errors?: FieldProblem[] } | null;
  const named = (body?.errors ?? []).map(({ path, detail }) => {
    const place = path.replace(/^(?:settings|filter)\./, '').replace(/[.[].*$/, '');
    return [path.startsWith('settings.') ? `settings.${place}` : place, detail] as const;
  });
  return Object.fromEntries(named);
}
