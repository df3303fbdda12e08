import { LIMITS, LIVE_KINDS, LIVE_MODES, PERIODS, SEVERITIES } from '@app/contracts';
import type { FieldProblem, LiveSubscription, Period } from '@app/contracts';
import { invalidRequest } from '@app/platform';

import { LIVE_LIMITS } from './live.limits.js';

export interface TrendsRequest {
  agentId: string;
  period: Period;
  lookback: number;
}

/** Each reads the parameters of one kind of request. @throws DomainError `invalid-request` */
export function readSubscription(parameters: unknown): LiveSubscription {
  const read = new Reader(parameters, SUBSCRIPTION_FIELDS);
  const agentIds = read.list('agentIds', isId, `at most ${LIMITS.idLength} characters each`);
  const agentTypes = read.list('agentTypes', isId, `at most ${LIMITS.idLength} characters each`);
  const events = read.list('events', isOneOf(LIVE_KINDS), `of ${LIVE_KINDS.join(', ')}`);
  const severities = read.list('severities', isOneOf(SEVERITIES), `of ${SEVERITIES.join(', ')}`);
  const { lowestRate, rate: mostRate } = LIVE_LIMITS;
  const rate = read.value('rate', isRate, `must be a number from ${lowestRate} to ${mostRate}`);
  const mode = read.value('mode', isOneOf(LIVE_MODES), `must be one of ${LIVE_MODES.join(', ')}`);
  const batch = read.value('batch', isBoolean, 'must be true or false');
  const snapshot = read.value('snapshot', isBoolean, 'must be true or false');
  const since = read.value('since', isPosition, 'must be {stream, seq} as a welcome gives them');
  read.finish();
  const given = { agentIds, agentTypes, events, severities, rate, mode, batch, snapshot, since };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const SUBSCRIPTION_FIELDS = [
  'agentIds',
  'agentTypes',
  'events',
  'severities',
  'rate',
  'mode',
  'batch',
  'snapshot',
  'since',
];

export function readAgentMetrics(parameters: unknown): { agentId?: string } {
  const read = new Reader(parameters, ['agentId']);
  const agentId = read.value('agentId', isId, ID_DETAIL);
  read.finish();
  return agentId === undefined ? {} : { agentId };
}

export function readTrends(parameters: unknown): TrendsRequest {
  const read = new Reader(parameters, ['agentId', 'period', 'lookback']);
  const agentId = read.value('agentId', isId, ID_DETAIL);
  const period = read.value('period', isOneOf(PERIODS), `must be one of ${PERIODS.join(', ')}`);
  const bounds = `must be a whole number from 1 to ${LIMITS.trendPoints}`;
  const lookback = read.value('lookback', isLookback, bounds);
  if (agentId === undefined) read.refuse('agentId', 'missing-field', 'is required');
  read.finish();
  return { agentId: agentId ?? '', period: period ?? 'day', lookback: lookback ?? 7 };
}

export function readIngest(parameters: unknown): { records: unknown } {
  const read = new Reader(parameters, ['records']);
  const records = read.value('records', isRecordOrList, 'must be a record or a list of records');
  if (records === undefined) read.refuse('records', 'missing-field', 'is required');
  read.finish();
  return { records };
}

export function readPing(parameters: unknown): void {
  new Reader(parameters, []).finish();
}

const ID_DETAIL = `must be a text of 1 to ${LIMITS.idLength} characters`;

/** A request id of any kind that can be said back: a text or a number. */
export function readRequestId(parameters: unknown): string | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  const { requestId } = parameters as { requestId?: unknown };
  if (typeof requestId === 'number') return String(requestId);
  return isId(requestId) ? requestId : undefined;
}

/** Takes named values out of an untrusted object and gathers everything that is wrong with it. */
class Reader {
  private readonly source: Readonly<Record<string, unknown>>;
  private readonly problems: FieldProblem[] = [];

  constructor(parameters: unknown, known: readonly string[]) {
    const isObject =
      typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters);
    if (!isObject && parameters !== undefined) {
      throw invalidRequest([{ path: '', code: 'invalid-value', detail: 'must be an object' }]);
    }
    this.source = isObject ? (parameters as Record<string, unknown>) : {};
    for (const name of Object.keys(this.source)) {
      if (name !== 'requestId' && !known.includes(name)) {
        this.refuse(name.slice(0, 64), 'unknown-field', 'is not known here');
      }
    }
  }

  value<T>(name: string, isValid: (value: unknown) => value is T, detail: string): T | undefined {
    const value = Object.hasOwn(this.source, name) ? this.source[name] : undefined;
    if (value === undefined || isValid(value)) return value;
    this.refuse(name, 'invalid-value', detail);
    return undefined;
  }

  list<T>(name: string, isValid: (value: unknown) => value is T, detail: string): T[] | undefined {
    const isList = (value: unknown): value is T[] =>
      Array.isArray(value) && value.length <= LIVE_LIMITS.filterValues && value.every(isValid);
    const size = `must be a list of at most ${LIVE_LIMITS.filterValues} values`;
    return this.value(name, isList, `${size}, ${detail}`);
  }

  refuse(path: string, code: string, detail: string): void {
    this.problems.push({ path, code, detail });
  }

  finish(): void {
    if (this.problems.length > 0) throw invalidRequest(this.problems);
  }
}

function isRecordOrList(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LIMITS.idLength;
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= LIVE_LIMITS.lowestRate && value <= LIVE_LIMITS.rate;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isPosition(value: unknown): value is { stream: string; seq: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { stream, seq, ...more } = value as Record<string, unknown>;
  return isId(stream) && Number.isSafeInteger(seq) && Object.keys(more).length === 0;
}

function isLookback(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LIMITS.trendPoints;
}

function isOneOf<T extends string>(allowed: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => (allowed as readonly unknown[]).includes(value);
}
