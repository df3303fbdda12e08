import type { ChannelKind, FieldProblem, SecretHint } from '@app/contracts';
import { STORABLE_TEXT } from '@app/contracts';

import { normalHost, unbracketed } from './address-guard.js';
import type { AddressGuard, Protocol } from './address-guard.js';
import type { ChannelSettings } from './channel.js';
import type { Secrets } from './secret-box.js';

/** Answers the value as it is kept, or throws a RangeError that says what is allowed. */
type Read = (value: unknown) => unknown;

interface Setting {
  read: Read;
  required?: boolean;
  secret?: boolean;
}

const EMAIL = /^[^\s@<>()[\]",;:\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/i;
const MAX_RECIPIENTS = 20;

const KINDS: Record<ChannelKind, Record<string, Setting>> = {
  webhook: {
    url: { read: url, required: true },
    secret: { read: signingSecret, required: true, secret: true },
  },
  slack: { url: { read: url, required: true, secret: true } },
  email: {
    host: { read: host, required: true },
    port: { read: port, required: true },
    security: { read: oneOf('starttls', 'tls', 'none'), required: true },
    user: { read: text(200) },
    password: { read: text(1000), secret: true },
    from: { read: email, required: true },
    to: { read: emails, required: true },
  },
  pagerduty: {
    routingKey: {
      read: matching(/^[A-Za-z0-9]{32}$/, '32 letters and digits'),
      required: true,
      secret: true,
    },
    url: { read: url },
  },
  alertmanager: {
    url: { read: url, required: true },
    bearerToken: {
      read: matching(/^[\x21-\x7e]{1,1000}$/, 'printable ASCII without spaces, at most 1000'),
      secret: true,
    },
  },
};

/** Where a kind has a usual value. */
const DEFAULTS: Partial<Record<ChannelKind, ChannelSettings>> = {
  email: { port: 587, security: 'starttls' },
};

export interface CheckedSettings {
  settings: ChannelSettings;
  secrets: Secrets;
}

/**
 * Checks what was given of a channel's settings, on top of what there was. Null takes an optional
 * one away. Where the destination changes, its secrets must be given again: who may point a
 * channel elsewhere does not thereby learn them.
 */
export function checkSettings(
  kind: ChannelKind,
  given: Record<string, unknown>,
  before: CheckedSettings | null,
  guard: AddressGuard,
): CheckedSettings | { problems: FieldProblem[] } {
  const rules = KINDS[kind];
  const problems: FieldProblem[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(rules, name))
    .map((name) => problem(name.slice(0, 64), 'unknown-parameter', `is no setting of ${kind}`));
  const kept = before ?? { settings: DEFAULTS[kind] ?? {}, secrets: {} };
  const checked: CheckedSettings = { settings: { ...kept.settings }, secrets: { ...kept.secrets } };
  for (const [name, rule] of Object.entries(rules)) {
    const into: Record<string, unknown> = rule.secret ? checked.secrets : checked.settings;
    const found = take(name, rule, Object.hasOwn(given, name) ? given[name] : undefined, into);
    if (found) problems.push(found);
  }
  if (problems.length === 0) problems.push(...checkTogether(kind, checked, guard));
  if (problems.length === 0 && before)
    problems.push(...notGivenAgain(kind, given, before, checked));
  return problems.length > 0 ? { problems } : checked;
}

function take(
  name: string,
  rule: Setting,
  value: unknown,
  into: Record<string, unknown>,
): FieldProblem | null {
  if (value === null) delete into[name];
  if (value !== null && value !== undefined) {
    try {
      into[name] = rule.read(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return problem(name, 'invalid-value', error.message);
    }
  }
  const missing = rule.required && into[name] === undefined;
  return missing ? problem(name, 'missing-field', 'is required') : null;
}

function checkTogether(
  kind: ChannelKind,
  { settings, secrets }: CheckedSettings,
  guard: AddressGuard,
): FieldProblem[] {
  const refused = destinations(kind, settings, secrets).flatMap(([name, at, onPort, protocol]) => {
    const refusal = guard.refusalOf(at, onPort, protocol);
    return refusal === null ? [] : [problem(name, 'blocked-address', refusal)];
  });
  if (kind !== 'email') return refused;
  const half = (settings.user === undefined) !== (secrets.password === undefined);
  if (half) refused.push(problem('password', 'invalid-value', 'goes with user, and user with it'));
  return refused;
}

/** Where messages go: setting, host, port, protocol. */
function destinations(
  kind: ChannelKind,
  settings: ChannelSettings,
  secrets: Secrets,
): [string, string, number, Protocol][] {
  if (kind === 'email') {
    const name = PORT_FIRST.has(Number(settings.port)) ? 'host' : 'port';
    return [[name, String(settings.host), Number(settings.port), 'smtp']];
  }
  const address = kind === 'slack' ? secrets.url : settings.url;
  if (typeof address !== 'string') return [];
  const { hostname, port: given, protocol } = new URL(address);
  const number = Number(given || (protocol === 'https:' ? 443 : 80));
  return [['url', unbracketed(hostname), number, 'http']];
}

const PORT_FIRST = new Set([25, 465, 587, 2525]);

function notGivenAgain(
  kind: ChannelKind,
  given: Record<string, unknown>,
  before: CheckedSettings,
  after: CheckedSettings,
): FieldProblem[] {
  if (originOf(kind, before.settings) === originOf(kind, after.settings)) return [];
  return Object.keys(after.secrets)
    .filter((name) => before.secrets[name] !== undefined && given[name] === undefined)
    .map((name) => problem(name, 'missing-field', 'must be given again for another destination'));
}

/** What a secret is entrusted to. */
function originOf(kind: ChannelKind, settings: ChannelSettings): string {
  if (kind === 'email')
    return `${String(settings.host)}:${String(settings.port)} ${String(settings.security)}`;
  return typeof settings.url === 'string' ? new URL(settings.url).origin : '';
}

/** What is shown of secrets. Of short ones not even their end. */
export function hintsOf(secrets: Secrets): Record<string, SecretHint> {
  const hint = (value: string): SecretHint => ({
    set: true,
    last4: value.length >= 12 ? value.slice(-4) : null,
  });
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, hint(value)]));
}

function problem(name: string, code: string, detail: string): FieldProblem {
  return { path: `settings.${name}`, code, detail: `settings.${name} ${detail}` };
}

function text(length: number): (value: unknown) => string {
  return (value) => {
    const fits =
      typeof value === 'string' && value.length <= length && !/[\u0000-\u001f\u007f]/.test(value);
    if (fits && STORABLE_TEXT.test(value)) return value;
    throw new RangeError(`must be a text of one line, at most ${length} characters`);
  };
}

function matching(pattern: RegExp, allowed: string): Read {
  return (value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new RangeError(`must be ${allowed}`);
  };
}

function oneOf(...allowed: string[]): Read {
  return (value) => {
    if (typeof value === 'string' && allowed.includes(value)) return value;
    throw new RangeError(`must be one of ${allowed.join(', ')}`);
  };
}

function url(value: unknown): string {
  const address = text(2000)(value);
  if (!URL.canParse(address)) throw new RangeError('must be a URL');
  const { protocol, username, password, hostname, href } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') throw new RangeError('must be http or https');
  if (username !== '' || password !== '') throw new RangeError('must not hold a user or password');
  if (hostname === '') throw new RangeError('must have a host');
  return href;
}

function host(value: unknown): string {
  const name = normalHost(text(253)(value));
  if (name === null) throw new RangeError('must be the name or address of a host');
  return name;
}

function port(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535)
    return Number(value);
  throw new RangeError('must be a port, 1 to 65535');
}

function email(value: unknown): string {
  const address = text(254)(value);
  if (!EMAIL.test(address)) throw new RangeError('must be an e-mail address');
  return address;
}

function emails(value: unknown): string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_RECIPIENTS) {
    throw new RangeError(`must be a list of 1 to ${MAX_RECIPIENTS} e-mail addresses`);
  }
  return value.map(email);
}

/** The key of Standard Webhooks: 24 to 64 bytes. */
function signingSecret(value: unknown): string {
  const secret = text(200)(value);
  const key = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(
    secret,
  );
  const bytes = Buffer.from(key?.[1] ?? '', 'base64').length;
  if (bytes >= 24 && bytes <= 64) return secret;
  throw new RangeError('must be whsec_ and 24 to 64 random bytes in base64');
}
