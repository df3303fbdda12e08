const MAX_VARINT_BYTES = 8;
const MAX_PAIR_BYTES = 2 * MAX_VARINT_BYTES;

/** (bin, count) pairs in ascending order of bins; only the first `length` entries count. */
export interface BinCounts {
  length: number;
  bins: number[];
  counts: number[];
}

// Reused by every call, none of which yields: allocating per sketch costs more than the decoding.
const decoded: BinCounts = { length: 0, bins: [], counts: [] };
let scratch = new Uint8Array(1024 * MAX_PAIR_BYTES);
let position = 0;

/** Writes the used bins of a dense run, the zero bin before them, as (distance, count) pairs. */
export function encodePairs(
  counts: readonly number[],
  firstBin: number,
  zeroCount: number,
  zeroBin: number,
): Uint8Array {
  const room = (counts.length + 1) * MAX_PAIR_BYTES;
  if (scratch.length < room) scratch = new Uint8Array(room);
  position = 0;
  let previous = 0;
  if (zeroCount > 0) {
    writeVarint(zigZag(zeroBin));
    writeVarint(zeroCount);
    previous = zeroBin;
  }
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    const bin = firstBin + i;
    writeVarint(zigZag(bin - previous));
    writeVarint(count);
    previous = bin;
  }
  return scratch.slice(0, position);
}

/**
 * Reads what `encodePairs` wrote and accepts nothing else, so that damaged bytes are found instead
 * of being read as other numbers.
 * @returns the same object in every call: to be used up before the next one
 * @throws RangeError if the bytes are malformed
 */
export function decodePairs(
  bytes: Uint8Array,
  minBin: number,
  maxBin: number,
  start = 0,
  end = bytes.length,
): BinCounts {
  const { bins, counts } = decoded;
  let length = 0;
  let bin = 0;
  let total = 0;
  let at = start;
  while (at < end) {
    // Nearly every distance is one byte or two and every count one, so those are read here.
    let distance = bytes[at]!;
    if (distance < 128) at += 1;
    else if (bytes[at + 1]! > 0 && bytes[at + 1]! < 128) {
      distance += (bytes[at + 1]! - 1) << 7;
      at += 2;
    } else {
      position = at;
      distance = readVarint(bytes);
      at = position;
    }
    let count = bytes[at]!;
    if (count < 128) at += 1;
    else {
      position = at;
      count = readVarint(bytes);
      at = position;
    }
    if (at > end) throw malformed();
    const step = unZigZag(distance);
    bin += step;
    total += count;
    if ((length > 0 && step <= 0) || bin < minBin || bin > maxBin) throw malformed();
    if (count === 0 || total > Number.MAX_SAFE_INTEGER) throw malformed();
    bins[length] = bin;
    counts[length++] = count;
  }
  decoded.length = length;
  return decoded;
}

function writeVarint(value: number): void {
  // Division, not shifts: a count may need more than 32 bits.
  while (value >= 128) {
    scratch[position++] = (value % 128) + 128;
    value = Math.floor(value / 128);
  }
  scratch[position++] = value;
}

function readVarint(bytes: Uint8Array): number {
  let value = 0;
  let scale = 1;
  for (let read = 1; read <= MAX_VARINT_BYTES; read++, scale *= 128) {
    const byte = bytes[position++];
    // A last byte of 0 after others would be a second way to write the same number.
    if (byte === undefined || (byte === 0 && read > 1)) throw malformed();
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw malformed();
}

function zigZag(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}

function unZigZag(value: number): number {
  if (value < 2 ** 31) return (value >>> 1) ^ -(value & 1);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function malformed(): RangeError {
  return new RangeError('Not the bytes of a quantile sketch');
}
