import type { ExecutionRecord } from '@app/contracts';
import { LIMITS } from '@app/contracts';
import { isErrorLike } from './error-like.js';
import type { EndExtras, ResourceUsage, StartExtras } from './options.js';
import { byteLength } from './runtime.js';

type Given<T> = { [K in keyof T]?: T[K] | undefined };

/** Keeps what is there: the server tells an absent field from a null one. */
export function compact<T extends object>(fields: Given<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** A text that the wire and the database take: bounded, without NUL and lone surrogates. */
export function plainText(value: unknown, maxLength: number): string | undefined {
  if (value === undefined || value === null) return undefined;
  return written(value)
    .slice(0, maxLength)
    .replace(/\p{Surrogate}|\0/gu, '\uFFFD');
}

/** An id as text. Not shortened: that could make two agents one; the server refuses it instead. */
export function idText(value: unknown): string {
  return plainText(value, Infinity) ?? '';
}

function written(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object without a usable toString, for example one made without a prototype.
    return Object.prototype.toString.call(value);
  }
}

/** Level 1–5; a fraction is rounded and what lies outside is brought to the nearest level. */
export function level(complexity: number | undefined): number | undefined {
  if (complexity === undefined || !Number.isFinite(complexity)) return undefined;
  return Math.min(5, Math.max(1, Math.round(complexity)));
}

/** A bad figure is left out instead of losing the whole execution over it. */
function figure(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function count(value: number | undefined): number | undefined {
  const figured = figure(value);
  return figured === undefined ? undefined : Math.round(figured);
}

export function usageFields(
  usage: ResourceUsage | undefined,
  durationMs: number | undefined,
): Partial<ExecutionRecord> {
  const cpuMs = figure(usage?.cpuMs);
  const meanPercent =
    cpuMs !== undefined && durationMs !== undefined && durationMs > 0
      ? (cpuMs / durationMs) * 100
      : undefined;
  return {
    cpuPercent: figure(usage?.cpuPercent) ?? meanPercent,
    cpuMs,
    memoryMb: figure(usage?.memoryMb),
    networkBytes: count(usage?.networkBytes),
    diskBytes: count(usage?.diskBytes),
    inputTokens: count(usage?.inputTokens),
    outputTokens: count(usage?.outputTokens),
    costUsd: figure(usage?.costUsd),
  };
}

export function extraFields(extras: StartExtras | undefined): Partial<ExecutionRecord> {
  return compact<Partial<ExecutionRecord>>({
    taskType: plainText(extras?.taskType, LIMITS.idLength),
    attempt: count(extras?.attempt),
    model: plainText(extras?.model, LIMITS.idLength),
    metadata: boundedMetadata(extras?.metadata),
    parentExecutionId: plainText(extras?.parentExecutionId, LIMITS.idLength),
    traceId: plainText(extras?.traceId, LIMITS.idLength),
    agentVersion: plainText(extras?.agentVersion, LIMITS.idLength),
  });
}

export function errorFields(
  error: unknown,
  extras: EndExtras | undefined,
): Pick<ExecutionRecord, 'errorType' | 'errorMessage'> {
  const own = isErrorLike(error) ? error : undefined;
  return {
    errorType: plainText(
      extras?.errorType ?? (typeof own?.code === 'string' ? own.code : own?.name),
      LIMITS.idLength,
    ),
    errorMessage: plainText(own?.message ?? error, LIMITS.errorLength),
  };
}

/** A copy made now: the caller may change his object, and an unserialisable one must fail here. */
function boundedMetadata(metadata: StartExtras['metadata']): Record<string, unknown> | undefined {
  if (metadata === undefined) return undefined;
  try {
    const json = JSON.stringify(metadata);
    if (byteLength(json) > LIMITS.metadataBytes) {
      return { metadataOmitted: `larger than ${LIMITS.metadataBytes} bytes` };
    }
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return { metadataOmitted: 'cannot be written as JSON' };
  }
}
