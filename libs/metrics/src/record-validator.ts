import { createHash } from 'node:crypto';

import { LIMITS, RECORD_FIELDS } from '@app/contracts';
import type { ExecutionRecord, FieldRule, RejectedRecord } from '@app/contracts';

import { parseInstant } from './instant.js';
import { findForbiddenJson, isStorable } from './json-safety.js';
import type { PreparedRecord } from './prepared-record.js';
import { isUuid } from './uuid.js';

/** Why a record cannot be taken. */
export type RecordProblem = Omit<RejectedRecord, 'index'>;

export interface RecordContext {
  projectId: number;
  project: string;
  nowMs: number;
  /** Start of the oldest day that is still kept. */
  oldestMs: number;
}

/** What is wrong with a value that is there, or null. */
type Check = (value: unknown) => string | null;

const rules = Object.entries(RECORD_FIELDS) as [keyof ExecutionRecord, FieldRule][];
const required = rules.filter(([, rule]) => 'required' in rule).map(([name]) => name);
/** One check per field, made from its rule once; no prototype, so that no key is found by chance. */
const checks = Object.assign(
  Object.create(null) as Record<string, Check | undefined>,
  Object.fromEntries(rules.map(([name, rule]) => [name, checkOf(rule)])),
);

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
  const problem = checkFields(input as Record<string, unknown>);
  if (problem) return { problem };
  const fields = input as ExecutionRecord;
  if (fields.progress != null && fields.status !== 'running') {
    return { problem: invalid('progress', 'belongs to records whose status is running') };
  }
  const times = readTimes(fields, context);
  if ('code' in times) return { problem: times };
  const metadata = readMetadata(fields.metadata);
  if (metadata !== null && typeof metadata !== 'string') return { problem: metadata };
  return { record: normalise(fields, times, metadata, context) };
}

function checkFields(fields: Record<string, unknown>): RecordProblem | null {
  for (const name of required) {
    if (fields[name] === undefined || fields[name] === null) {
      return { code: 'missing-field', path: name, detail: `${name} is required` };
    }
  }
  for (const name in fields) {
    const check = checks[name];
    if (!check) {
      const path = name.slice(0, 64);
      return { code: 'unknown-field', path, detail: `${path} is not a field of a record` };
    }
    const value = fields[name];
    if (value === undefined || value === null) continue;
    const wrong = check(value);
    if (wrong) return invalid(name, wrong);
  }
  return null;
}

function invalid(path: string, wrong: string): RecordProblem {
  return { code: 'invalid-value', path, detail: `${path} ${wrong}` };
}

function checkOf(rule: FieldRule): Check {
  switch (rule.kind) {
    case 'text':
      return textCheck(rule.maxLength, 'required' in rule);
    case 'uuid':
      return (value) => (typeof value === 'string' && isUuid(value) ? null : 'must be a UUID');
    case 'number':
      return numberCheck(0, rule.max, `must be a number from 0 to ${rule.max}`, false);
    case 'integer':
      return numberCheck(
        rule.min,
        rule.max,
        `must be a whole number from ${rule.min} to ${rule.max}`,
        true,
      );
    case 'choice':
      return (value) =>
        rule.values.includes(value as string) ? null : `must be one of ${rule.values.join(', ')}`;
    // What is read into another form is checked there, so that the work is done once.
    case 'instant':
      return (value) => (typeof value === 'string' ? null : NOT_AN_INSTANT);
    case 'object':
      return (value) =>
        typeof value !== 'object' || Array.isArray(value) ? 'must be a JSON object' : null;
  }
}

/** Of the characters that `trim` takes away, those up to here are ASCII. */
const BLANK = 0x20;

const NOT_AN_INSTANT =
  'must be an ISO 8601 instant with an offset, such as 2026-01-31T08:00:00.000Z';

function numberCheck(min: number, max: number, wrong: string, whole: boolean): Check {
  return (value) =>
    // NaN fails each comparison.
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
      ? null
      : wrong;
}

function textCheck(maxLength: number, filled: boolean): Check {
  return (value) => {
    if (typeof value !== 'string') return 'must be a string';
    if (value.length > maxLength) return `must be at most ${maxLength} characters long`;
    // Hardly any text begins with a blank: then it need not be looked through.
    if (filled && !(value.charCodeAt(0) > BLANK) && value.trim() === '') return 'must not be empty';
    return isStorable(value)
      ? null
      : 'has a character that cannot be stored (U+0000 or half of a pair)';
  };
}

/** @returns JSON text, null for none, or what is wrong */
function readMetadata(value: ExecutionRecord['metadata']): string | null | RecordProblem {
  if (value == null) return null;
  const forbidden = findForbiddenJson(value, LIMITS.metadataDepth);
  if (forbidden) return invalid('metadata', forbidden);
  const json = JSON.stringify(value);
  // A character is at most three bytes of UTF-8 per code unit: most need not be counted.
  const fits =
    json.length * 3 <= LIMITS.metadataBytes || Buffer.byteLength(json) <= LIMITS.metadataBytes;
  return fits ? json : invalid('metadata', `must be at most ${LIMITS.metadataBytes} bytes of JSON`);
}

type Times = Pick<PreparedRecord, 'startedAtMs' | 'endedAtMs' | 'durationMs'>;

/** Start, end and length, each made from the other two where it is not given; or what is wrong. */
function readTimes(fields: ExecutionRecord, context: RecordContext): Times | RecordProblem {
  const start = fields.startedAt == null ? null : parseInstant(fields.startedAt);
  if (Number.isNaN(start)) return invalid('startedAt', NOT_AN_INSTANT);
  const end = fields.endedAt == null ? null : parseInstant(fields.endedAt);
  if (Number.isNaN(end)) return invalid('endedAt', NOT_AN_INSTANT);
  if (start !== null && end !== null && end < start) {
    return { code: 'invalid-value', path: 'endedAt', detail: 'endedAt is before startedAt' };
  }
  const given = fields.durationMs ?? null;
  const missing = fields.status === 'running' ? null : missingTime(start, end, given);
  if (missing) return missing;
  const earliest = start ?? (end === null ? null : end - (given ?? 0));
  const outside = outsideOf(earliest, end, context);
  if (outside) return outside;
  if (fields.status === 'running') {
    return { startedAtMs: start ?? context.nowMs, endedAtMs: null, durationMs: given };
  }
  const lengthMs = given === null ? null : Math.round(given);
  const startedAtMs = start ?? (end === null || lengthMs === null ? null : end - lengthMs);
  const endedAtMs = end ?? (start === null || lengthMs === null ? null : start + lengthMs);
  const measured = startedAtMs === null || endedAtMs === null ? null : endedAtMs - startedAtMs;
  return { startedAtMs, endedAtMs, durationMs: given ?? measured };
}

function missingTime(
  start: number | null,
  end: number | null,
  durationMs: number | null,
): RecordProblem | null {
  if (durationMs !== null || (start === null) === (end === null)) return null;
  const [path, beside] = end === null ? ['endedAt', 'startedAt'] : ['startedAt', 'endedAt'];
  const detail = `${path} or durationMs is required beside ${beside}`;
  return { code: 'missing-field', path, detail };
}

function outsideOf(
  start: number | null,
  end: number | null,
  { nowMs, oldestMs }: RecordContext,
): RecordProblem | null {
  const latestMs = nowMs + LIMITS.futureMs;
  if ((start ?? 0) > latestMs || (end ?? 0) > latestMs) {
    const path = (start ?? 0) > latestMs ? 'startedAt' : 'endedAt';
    return { code: 'in-future', path, detail: `${path} is more than 5 minutes in the future` };
  }
  if (start !== null && start < oldestMs) {
    const oldest = new Date(oldestMs).toISOString();
    return { code: 'too-old', path: 'startedAt', detail: `older than what is kept (${oldest})` };
  }
  return null;
}

function normalise(
  fields: ExecutionRecord,
  times: Times,
  metadataJson: string | null,
  context: RecordContext,
): PreparedRecord {
  const attempt = fields.attempt ?? 1;
  return {
    agentKey: 0,
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
    given: knowsItsStart(fields, times) ? null : givenOf(fields),
    attempt,
    status: fields.status,
    startedAtMs: times.startedAtMs,
    endedAtMs: times.endedAtMs,
    durationMs: times.durationMs,
    progress: fields.progress ?? null,
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
    metadataJson,
    markId: null,
  };
}

/** A start or heartbeat that does not say when it began got the present instead. */
function knowsItsStart(fields: ExecutionRecord, times: Times): boolean {
  return times.startedAtMs !== null && (fields.status !== 'running' || fields.startedAt != null);
}

function givenOf(fields: ExecutionRecord): NonNullable<PreparedRecord['given']> {
  return {
    taskName: fields.taskName != null,
    taskType: fields.taskType != null,
    complexity: fields.complexity != null,
    attempt: fields.attempt != null,
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
