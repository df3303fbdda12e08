import { emptyMoments, mergeMoments } from '@app/stats';

import type { Partial } from './partial.js';
import { Slice } from './slice.js';
import { encodeStrata } from './strata.codec.js';

const MOMENTS = ['duration', 'cpu', 'memory', 'network', 'disk'] as const;
/** 8 counts and sums, and 5 moments of 5 figures. */
const STRATA_AT = (8 + MOMENTS.length * 5) * 8;
// Used again by every call, none of which yields.
const other = emptyMoments();
const strata = new Slice();
const sketch = new Slice();

/** Bytes of a partial: its figures as doubles (NaN for what is absent), strata, sketch. */
export function encodePartial(partial: Partial): Buffer {
  const strata = encodeStrata(partial.strata);
  const sketch = partial.sketch.encode();
  const doubles = [
    partial.total,
    partial.successful,
    partial.failed,
    partial.cancelled,
    partial.inputTokens,
    partial.outputTokens,
    partial.costUsd,
    partial.lastEndedAtMs,
    ...MOMENTS.flatMap((name) => {
      const { count, sum, m2, min, max } = partial[name];
      return [count, sum, m2, min ?? NaN, max ?? NaN];
    }),
  ];
  const bytes = Buffer.allocUnsafe(STRATA_AT + 4 + strata.length + sketch.length);
  doubles.forEach((value, index) => bytes.writeDoubleBE(value, index * 8));
  bytes.writeUInt32BE(strata.length, STRATA_AT);
  bytes.set(strata, STRATA_AT + 4);
  bytes.set(sketch, STRATA_AT + 4 + strata.length);
  return bytes;
}

/** Adds the doubles that {@link encodePartial} begins with, and that the database makes of columns. */
export function addFigures(into: Partial, { view, start }: Slice): void {
  into.total += view.getFloat64(start);
  into.successful += view.getFloat64(start + 8);
  into.failed += view.getFloat64(start + 16);
  into.cancelled += view.getFloat64(start + 24);
  into.inputTokens += view.getFloat64(start + 32);
  into.outputTokens += view.getFloat64(start + 40);
  into.costUsd += view.getFloat64(start + 48);
  into.lastEndedAtMs = Math.max(into.lastEndedAtMs, view.getFloat64(start + 56));
  let at = start + 64;
  for (const name of MOMENTS) {
    other.count = view.getFloat64(at);
    if (other.count > 0) {
      other.sum = view.getFloat64(at + 8);
      other.m2 = view.getFloat64(at + 16);
      other.min = view.getFloat64(at + 24);
      other.max = view.getFloat64(at + 32);
      mergeMoments(into[name], other);
    }
    at += 40;
  }
}

/** Adds what {@link encodePartial} wrote, which may be scratch memory. */
export function addEncoded(into: Partial, bytes: Buffer): void {
  const whole = Slice.of(bytes);
  addFigures(into, whole);
  const { start, end, view } = whole;
  const strataAt = start + STRATA_AT + 4;
  const sketchAt = strataAt + view.getUint32(start + STRATA_AT);
  into.addEncoded(
    strata.set(bytes.buffer, strataAt, sketchAt),
    sketch.set(bytes.buffer, sketchAt, end),
  );
}
