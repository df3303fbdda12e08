/**
 * A stretch of memory, told by its ends within all of its buffer: an object that is used again and
 * again, where a `subarray` and a `DataView` for each of many thousand values would cost more than
 * what is done with them.
 */
export class Slice {
  private buffer: ArrayBufferLike = new ArrayBuffer(0);
  /** All of the buffer, as are the places in it. */
  bytes = new Uint8Array(this.buffer);
  view = new DataView(this.buffer);
  start = 0;
  end = 0;

  static of(bytes: Uint8Array): Slice {
    const slice = new Slice();
    slice.set(bytes.buffer, bytes.byteOffset, bytes.byteOffset + bytes.length);
    return slice;
  }

  set(buffer: ArrayBufferLike, start: number, end: number): this {
    if (this.buffer !== buffer) {
      this.buffer = buffer;
      this.bytes = new Uint8Array(buffer);
      this.view = new DataView(buffer);
    }
    this.start = start;
    this.end = end;
    return this;
  }

  /** A copy of what it tells. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(this.start, this.end));
  }
}
