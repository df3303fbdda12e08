/** Milliseconds between the Unix epoch and 2000-01-01, where PostgreSQL counts from. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
/** Type byte and length, the head of a message of PostgreSQL's protocol. */
const MESSAGE_HEAD_BYTES = 5;
const COPY_DATA = 0x64;
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Up to this length, writing ASCII in a loop is cheaper than a call into the runtime. */
const SHORT_TEXT = 48;
const TWO_TO_32 = 2 ** 32;

/**
 * Writes rows in PostgreSQL's binary COPY format (PostgreSQL manual, "COPY", section "Binary
 * Format"), framed as one CopyData message. Numbers are big-endian; a value is its length in bytes,
 * -1 for null, and its bytes.
 */
export class BinaryCopyEncoder {
  private buffer: Buffer;
  private view: DataView;
  private length = MESSAGE_HEAD_BYTES;

  /** @param bytes expected size; it grows when needed */
  constructor(bytes = 16 * 1024) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.view = new DataView(this.buffer.buffer);
    this.length += SIGNATURE.copy(this.buffer, this.length);
    this.buffer.fill(0, this.length, this.length + 8);
    this.length += 8;
  }

  /** Begins a row of `columns` values, which must follow. */
  row(columns: number): void {
    this.reserve(2);
    this.view.setInt16(this.length, columns);
    this.length += 2;
  }

  null(): void {
    this.reserve(4);
    this.view.setInt32(this.length, -1);
    this.length += 4;
  }

  int2(value: number): void {
    this.reserve(6);
    this.view.setInt32(this.length, 2);
    this.view.setInt16(this.length + 4, value);
    this.length += 6;
  }

  int4(value: number): void {
    this.reserve(8);
    this.view.setInt32(this.length, 4);
    this.view.setInt32(this.length + 4, value);
    this.length += 8;
  }

  /** @param value whole and safe: up to 2^53 either way */
  int8(value: number | null): void {
    if (value === null) return this.null();
    this.reserve(12);
    this.view.setInt32(this.length, 8);
    const high = Math.floor(value / TWO_TO_32);
    this.view.setInt32(this.length + 4, high);
    this.view.setUint32(this.length + 8, value - high * TWO_TO_32);
    this.length += 12;
  }

  float8(value: number | null): void {
    if (value === null) return this.null();
    this.reserve(12);
    this.view.setInt32(this.length, 8);
    this.view.setFloat64(this.length + 4, value);
    this.length += 12;
  }

  /** @param epochMs milliseconds since 1970, whole */
  timestamptz(epochMs: number): void {
    // Microseconds since 2000; exact in a double until the year 2285.
    this.int8((epochMs - POSTGRES_EPOCH_MS) * 1000);
  }

  /** @param value 36 characters: hexadecimal digits and four hyphens */
  uuid(value: string | null): void {
    if (value === null) return this.null();
    this.reserve(20);
    this.view.setInt32(this.length, 16);
    let at = this.length + 4;
    for (let index = 0; index < 36; index += 2) {
      if (index === 8 || index === 13 || index === 18 || index === 23) index += 1;
      this.buffer[at++] =
        (hexDigit(value.charCodeAt(index)) << 4) | hexDigit(value.charCodeAt(index + 1));
    }
    this.length = at;
  }

  bytea(value: Uint8Array): void {
    this.reserve(4 + value.length);
    this.view.setInt32(this.length, value.length);
    this.buffer.set(value, this.length + 4);
    this.length += 4 + value.length;
  }

  text(value: string | null): void {
    if (value === null) return this.null();
    this.characters(value, 0);
  }

  /** @param json serialised already */
  jsonb(json: string | null): void {
    if (json === null) return this.null();
    this.characters(json, 1);
  }

  /** Ends the rows and gives the message away. */
  finish(): Buffer {
    this.reserve(2);
    this.view.setInt16(this.length, -1);
    this.length += 2;
    this.buffer[0] = COPY_DATA;
    // The length counts itself, but not the type byte.
    this.view.setInt32(1, this.length - 1);
    return this.buffer.subarray(0, this.length);
  }

  /** @param version 1 for jsonb's leading version byte, 0 for none */
  private characters(value: string, version: 0 | 1): void {
    this.reserve(4 + version + value.length * 3);
    const start = this.length + 4 + version;
    const written =
      (value.length <= SHORT_TEXT && this.ascii(value, start)) ||
      this.buffer.write(value, start, 'utf8');
    this.view.setInt32(this.length, written + version);
    if (version) this.buffer[this.length + 4] = version;
    this.length = start + written;
  }

  /** @returns bytes written, or 0 when there is a character that is not ASCII */
  private ascii(value: string, start: number): number {
    const { buffer } = this;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) return 0;
      buffer[start + index] = code;
    }
    return value.length;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** 0–9 are 48–57, A–F 65–70, a–f 97–102. */
function hexDigit(code: number): number {
  return code <= 57 ? code - 48 : (code | 32) - 87;
}
