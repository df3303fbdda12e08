import { createHash } from 'node:crypto';

import { INSTANT_PATTERN, LIMITS, RECORD_FIELDS } from '@app/contracts';
import type { ExecutionRecord, FieldRule, RejectedRecord } from '@app/contracts';

import { UNSTORABLE, findForbiddenJson } from './json-safety.js';
import type { PreparedRecord } from './prepared-record.js';

/** Why a record cannot be taken. */
export type RecordProblem = Omit<RejectedRecord, 'index'>;

export interface RecordContext {
  projectId: number;
  project: string;
  nowMs: number;
  /** Start of the oldest day that is still kept. */
  oldestMs: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const rules = Object.entries(RECORD_FIELDS) as [keyof ExecutionRecord, FieldRule][];
const required = rules.filter(([, rule]) => 'required' in rule).map(([name]) => name);

/**
 * Checks one record of an ingest request and fills in what it leaves open.
 * @returns the record, or what is wrong with it: never throws
 */
export function prepareRecord(
  input: unknown,
  context: RecordContext,
): { record: PreparedRecord } | { problem: RecordProblem } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { problem: { code: 'invalid-record', detail: 'must be a JSON object' } };
  }
  const fields = input as Record<string, unknown>;
  const problem = checkFields(fields) ?? checkTimes(fields as unknown as ExecutionRecord, context);
  if (problem) return { problem };
  return { record: normalise(fields as unknown as ExecutionRecord, context) };
}

function checkFields(fields: Record<string, unknown>): RecordProblem | null {
  for (const name of required) {
    if (fields[name] === undefined || fields[name] === null) {
      return { code: 'missing-field', path: name, detail: `${name} is required` };
    }
  }
  for (const name of Object.keys(fields)) {
    const rule = Object.hasOwn(RECORD_FIELDS, name)
      ? RECORD_FIELDS[name as keyof ExecutionRecord]
      : undefined;
    if (!rule) {
      const path = name.slice(0, 64);
      return { code: 'unknown-field', path, detail: `${path} is not a field of a record` };
    }
    const value = fields[name];
    if (value === undefined || value === null) continue;
    const wrong = check(rule, value);
    if (wrong) return { code: 'invalid-value', path: name, detail: `${name} ${wrong}` };
  }
  return null;
}

/** What is wrong with a value, or null. */
function check(rule: FieldRule, value: unknown): string | null {
  switch (rule.kind) {
    case 'text':
      return checkText(value, rule.maxLength, 'required' in rule);
    case 'uuid':
      return typeof value === 'string' && UUID.test(value) ? null : 'must be a UUID';
    case 'number':
      return isNumber(value) && value >= 0 && value <= rule.max
        ? null
        : `must be a number from 0 to ${rule.max}`;
    case 'integer':
      return isNumber(value) && Number.isInteger(value) && value >= rule.min && value <= rule.max
        ? null
        : `must be a whole number from ${rule.min} to ${rule.max}`;
    case 'instant':
      return typeof value === 'string' &&
        INSTANT_PATTERN.test(value) &&
        !Number.isNaN(Date.parse(value))
        ? null
        : 'must be an ISO 8601 instant with an offset, such as 2026-01-31T08:00:00.000Z';
    case 'choice':
      return rule.values.includes(value as string)
        ? null
        : `must be one of ${rule.values.join(', ')}`;
    case 'object':
      return checkObject(value, rule.maxBytes);
  }
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

function checkText(value: unknown, maxLength: number, filled: boolean): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length > maxLength) return `must be at most ${maxLength} characters long`;
  if (filled && value.trim() === '') return 'must not be empty';
  return UNSTORABLE.test(value)
    ? 'has a character that cannot be stored (U+0000 or half of a pair)'
    : null;
}

function checkObject(value: unknown, maxBytes: number): string | null {
  if (typeof value !== 'object' || Array.isArray(value)) return 'must be a JSON object';
  const forbidden = findForbiddenJson(value, LIMITS.metadataDepth);
  if (forbidden) return forbidden;
  const json = JSON.stringify(value);
  if (Buffer.byteLength(json) > maxBytes) return `must be at most ${maxBytes} bytes of JSON`;
  return null;
}

function checkTimes(fields: ExecutionRecord, context: RecordContext): RecordProblem | null {
  const start = instant(fields.startedAt);
  const end = instant(fields.endedAt);
  if (start !== null && end !== null && end < start) {
    return { code: 'invalid-value', path: 'endedAt', detail: 'endedAt is before startedAt' };
  }
  if (fields.status !== 'running') {
    if ((start !== null || end !== null) && end === null && fields.durationMs == null) {
      return missingTime('endedAt', 'endedAt or durationMs is required beside startedAt');
    }
    if (start === null && end !== null && fields.durationMs == null) {
      return missingTime('startedAt', 'startedAt or durationMs is required beside endedAt');
    }
  }
  const span = { start: start ?? (end === null ? null : end - (fields.durationMs ?? 0)), end };
  const latest = Math.max(span.start ?? 0, span.end ?? 0);
  if (latest > context.nowMs + LIMITS.futureMs) {
    const path = (span.start ?? 0) > context.nowMs + LIMITS.futureMs ? 'startedAt' : 'endedAt';
    return { code: 'in-future', path, detail: `${path} is more than 5 minutes in the future` };
  }
  if (span.start !== null && span.start < context.oldestMs) {
    const oldest = new Date(context.oldestMs).toISOString();
    return { code: 'too-old', path: 'startedAt', detail: `older than what is kept (${oldest})` };
  }
  return null;
}

function missingTime(path: string, detail: string): RecordProblem {
  return { code: 'missing-field', path, detail };
}

function instant(value: string | null | undefined): number | null {
  return value == null ? null : Date.parse(value);
}

/** Start, end and length, each made from the other two where it is not given. */
function timesOf(
  fields: ExecutionRecord,
  nowMs: number,
): Pick<PreparedRecord, 'startedAtMs' | 'endedAtMs' | 'durationMs'> {
  const given = fields.durationMs ?? null;
  const start = instant(fields.startedAt);
  if (fields.status === 'running') {
    return { startedAtMs: start ?? nowMs, endedAtMs: null, durationMs: given };
  }
  const end = instant(fields.endedAt);
  const lengthMs = given === null ? null : Math.round(given);
  const startedAtMs = start ?? (end === null || lengthMs === null ? null : end - lengthMs);
  const endedAtMs = end ?? (start === null || lengthMs === null ? null : start + lengthMs);
  const measured = startedAtMs === null || endedAtMs === null ? null : endedAtMs - startedAtMs;
  return { startedAtMs, endedAtMs, durationMs: given ?? measured };
}

function normalise(fields: ExecutionRecord, context: RecordContext): PreparedRecord {
  const times = timesOf(fields, context.nowMs);
  const attempt = fields.attempt ?? 1;
  return {
    projectId: context.projectId,
    project: context.project,
    agentId: fields.agentId,
    agentName: fields.agentName ?? null,
    agentType: fields.agentType,
    agentVersion: fields.agentVersion ?? null,
    executionId:
      fields.executionId?.toLowerCase() ?? derivedId(fields, context, times.startedAtMs, attempt),
    taskId: fields.taskId,
    taskName: fields.taskName ?? fields.taskId,
    taskType: fields.taskType ?? 'default',
    complexity: fields.complexity ?? 1,
    given: {
      taskName: fields.taskName != null,
      taskType: fields.taskType != null,
      complexity: fields.complexity != null,
      attempt: fields.attempt != null,
    },
    attempt,
    status: fields.status,
    ...times,
    errorType: fields.errorType ?? null,
    errorMessage: fields.errorMessage ?? null,
    cpuPercent: fields.cpuPercent ?? null,
    cpuMs: fields.cpuMs ?? null,
    memoryMb: fields.memoryMb ?? null,
    networkBytes: fields.networkBytes ?? null,
    diskBytes: fields.diskBytes ?? null,
    inputTokens: fields.inputTokens ?? null,
    outputTokens: fields.outputTokens ?? null,
    costUsd: fields.costUsd ?? null,
    model: fields.model ?? null,
    parentExecutionId: fields.parentExecutionId?.toLowerCase() ?? null,
    traceId: fields.traceId ?? null,
    metadataJson: fields.metadata == null ? null : JSON.stringify(fields.metadata),
  };
}

/**
 * An id for a record that brought none, the same whenever the record is sent again: a name-based
 * UUID (RFC 9562, version 5) of project, agent, task, start and attempt.
 */
function derivedId(
  fields: ExecutionRecord,
  context: RecordContext,
  startedAtMs: number | null,
  attempt: number,
): string | null {
  if (startedAtMs === null) return null;
  const name = [context.projectId, fields.agentId, fields.taskId, startedAtMs, attempt];
  const hash = createHash('sha1').update(JSON.stringify(name)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
