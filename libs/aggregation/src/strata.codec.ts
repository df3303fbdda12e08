import { emptyMoments, mergeMoments } from '@app/stats';
import type { Moments } from '@app/stats';

import { ownBytes } from './own-bytes.js';
import type { Slice } from './slice.js';

/** Executions of one task type and complexity. */
export interface Stratum {
  complexity: number;
  taskType: string;
  total: number;
  /** Durations of the successful ones, ms. */
  duration: Moments;
}

const FIGURE_BYTES = 48;
/** As many task types as are remembered decoded; a power of two. */
const INTERNED = 1024;

interface Interned {
  bytes: Buffer;
  key: string;
  taskType: string;
}

const interned = new Array<Interned | undefined>(INTERNED);
const scratch = emptyMoments();

export function strataKey(complexity: number, taskType: string): string {
  return `${complexity}/${taskType}`;
}

/** The stratum of a set, made when it is not there yet. */
export function stratumOf(
  strata: Map<string, Stratum>,
  key: string,
  complexity: number,
  taskType: string,
): Stratum {
  let stratum = strata.get(key);
  if (!stratum) {
    stratum = { complexity, taskType, total: 0, duration: emptyMoments() };
    strata.set(key, stratum);
  }
  return stratum;
}

/**
 * Bytes to store, per stratum in order of their keys: complexity (1), length of the task type (2),
 * the task type in UTF-8, then total, count, sum, m2, min and max of the durations as doubles,
 * big-endian, NaN for an absent minimum or maximum.
 */
export function encodeStrata(strata: Map<string, Stratum>): Buffer {
  const sorted = [...strata.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.map(([, { complexity, taskType, total, duration }]) => {
    const length = Buffer.byteLength(taskType);
    const bytes = Buffer.allocUnsafe(3 + length + FIGURE_BYTES);
    bytes.writeUInt8(complexity, 0);
    bytes.writeInt16BE(length, 1);
    bytes.write(taskType, 3);
    const { count, sum, m2, min, max } = duration;
    const figures = [total, count, sum, m2, min ?? NaN, max ?? NaN];
    figures.forEach((figure, n) => bytes.writeDoubleBE(figure, 3 + length + 8 * n));
    return bytes;
  });
  return Buffer.concat(parts);
}

/** Adds what {@link encodeStrata} wrote to `into`. */
export function mergeStrata(into: Map<string, Stratum>, slice: Slice): void {
  const { bytes, view } = slice;
  for (let at = slice.start; at < slice.end;) {
    const end = at + 3 + view.getInt16(at + 1);
    const { key, taskType } = intern(bytes, at, end);
    const own = stratumOf(into, key, bytes[at] ?? 0, taskType);
    own.total += view.getFloat64(end);
    scratch.count = view.getFloat64(end + 8);
    if (scratch.count > 0) {
      scratch.sum = view.getFloat64(end + 16);
      scratch.m2 = view.getFloat64(end + 24);
      scratch.min = view.getFloat64(end + 32);
      scratch.max = view.getFloat64(end + 40);
      mergeMoments(own.duration, scratch);
    }
    at = end + FIGURE_BYTES;
  }
}

/** The texts behind the bytes of complexity and task type: decoding each anew costs the most. */
function intern(bytes: Uint8Array, start: number, end: number): Interned {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  const slot = hash & (INTERNED - 1);
  const known = interned[slot];
  if (known && known.bytes.length === end - start && isSame(known.bytes, bytes, start)) {
    return known;
  }
  const own = ownBytes(bytes.subarray(start, end));
  const taskType = own.toString('utf8', 3);
  const fresh = {
    bytes: own,
    key: strataKey(bytes[start] ?? 0, taskType),
    taskType,
  };
  interned[slot] = fresh;
  return fresh;
}

function isSame(known: Buffer, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}
