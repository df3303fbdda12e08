import { mergeMoments } from '@app/stats';

import type { Partial } from './partial.js';
import { encodeStrata } from './strata.codec.js';

const MOMENTS = ['duration', 'cpu', 'memory', 'network', 'disk'] as const;
/** 8 counts and sums, and 5 moments of 5 figures. */
const STRATA_AT = (8 + MOMENTS.length * 5) * 8;

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
export function addFigures(into: Partial, bytes: Buffer): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const next = (): number => {
    at += 8;
    return view.getFloat64(at - 8);
  };
  into.total += next();
  into.successful += next();
  into.failed += next();
  into.cancelled += next();
  into.inputTokens += next();
  into.outputTokens += next();
  into.costUsd += next();
  into.lastEndedAtMs = Math.max(into.lastEndedAtMs, next());
  for (const name of MOMENTS) {
    const [count, sum, m2, min, max] = [next(), next(), next(), next(), next()];
    if (count > 0) mergeMoments(into[name], { count, sum, m2, min, max });
  }
}

/** Adds what {@link encodePartial} wrote. */
export function addEncoded(into: Partial, bytes: Buffer): void {
  addFigures(into, bytes);
  const sketchAt = STRATA_AT + 4 + bytes.readUInt32BE(STRATA_AT);
  into.addEncoded(bytes.subarray(STRATA_AT + 4, sketchAt), bytes.subarray(sketchAt));
}
