const MAX_VARINT_BYTES = 8;
/** Two varints per bin; more than a real pair ever needs. */
const MAX_PAIR_BYTES = 2 * MAX_VARINT_BYTES;

/** Writes the used bins of a dense run, the zero bin before them, as (distance, count) pairs. */
export function encodePairs(
  bins: Float64Array,
  firstBin: number,
  zeroCount: number,
  zeroBin: number,
): Uint8Array {
  let used = zeroCount > 0 ? 1 : 0;
  for (let i = 0; i < bins.length; i++) if (bins[i] !== 0) used++;
  const bytes = new Uint8Array(used * MAX_PAIR_BYTES);
  let at = 0;
  let previous = 0;
  if (zeroCount > 0) {
    at = writeVarint(bytes, writeVarint(bytes, at, zigZag(zeroBin)), zeroCount);
    previous = zeroBin;
  }
  for (let i = 0; i < bins.length; i++) {
    const count = bins[i]!;
    if (count === 0) continue;
    const bin = firstBin + i;
    at = writeVarint(bytes, writeVarint(bytes, at, zigZag(bin - previous)), count);
    previous = bin;
  }
  return bytes.slice(0, at);
}

/**
 * Hands on each (bin, count) pair. Accepts only what `encodePairs` writes, so that damaged bytes are
 * found instead of being read as other numbers.
 * @throws RangeError on anything else
 */
export function decodePairs(
  bytes: Uint8Array,
  minBin: number,
  maxBin: number,
  take: (bin: number, count: number) => void,
): void {
  const cursor = { at: 0 };
  let bin = 0;
  let total = 0;
  for (let pair = 0; cursor.at < bytes.length; pair++) {
    const distance = unZigZag(readVarint(bytes, cursor));
    const count = readVarint(bytes, cursor);
    bin += distance;
    total += count;
    if ((pair > 0 && distance <= 0) || bin < minBin || bin > maxBin) throw malformed();
    if (count === 0 || total > Number.MAX_SAFE_INTEGER) throw malformed();
    take(bin, count);
  }
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  // Division, not shifts: a count may need more than 32 bits.
  while (value >= 128) {
    bytes[at++] = (value % 128) + 128;
    value = Math.floor(value / 128);
  }
  bytes[at++] = value;
  return at;
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  let scale = 1;
  for (let read = 1; read <= MAX_VARINT_BYTES; read++) {
    const byte = bytes[cursor.at++];
    // A last byte of 0 after others would be a second way to write the same number.
    if (byte === undefined || (byte === 0 && read > 1)) throw malformed();
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
  throw malformed();
}

function zigZag(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}

function unZigZag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function malformed(): RangeError {
  return new RangeError('Not the bytes of a quantile sketch');
}
