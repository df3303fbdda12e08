import { LIMITS } from '@app/contracts';
import { DomainError } from '@app/platform';

import { decodeUtf8, withoutMark } from './body-encoding.js';

const NEWLINE = 0x0a;

export interface Line {
  text: string;
  /** From 1, every line counted. */
  number: number;
}

/**
 * Cuts bytes into lines. Only whole lines are decoded, so a character that lies across two chunks
 * is never seen in halves.
 */
export class NdjsonLines {
  private whole: Buffer[] = [];
  private wholeBytes = 0;
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private text = '';
  private position = 0;
  private taken = 0;

  /** Bytes of whole lines that wait to be taken, but for those of the text being taken. */
  get bytes(): number {
    return this.wholeBytes;
  }

  get isEmpty(): boolean {
    return this.wholeBytes === 0 && this.position >= this.text.length;
  }

  /** @throws DomainError 413 when a line is longer than any record could be */
  add(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.whole.push(...this.begun, chunk.subarray(0, end));
      this.wholeBytes += this.begunBytes + end;
      this.begun = [];
      this.begunBytes = 0;
    }
    if (end < chunk.length) {
      this.begun.push(chunk.subarray(end));
      this.begunBytes += chunk.length - end;
    }
    if (this.begunBytes > LIMITS.lineBytes) {
      throw new DomainError(
        'body-too-large',
        413,
        `A line is longer than ${LIMITS.lineBytes} bytes`,
      );
    }
  }

  /** The last line need not be closed. */
  end(): void {
    this.add(Buffer.of(NEWLINE));
  }

  /**
   * The next lines, blank ones left out.
   * @throws DomainError 400 when they are not UTF-8
   */
  take(count: number): Line[] {
    const lines: Line[] = [];
    while (lines.length < count && !this.isEmpty) {
      if (this.position >= this.text.length) this.decode();
      const end = this.text.indexOf('\n', this.position);
      this.taken += 1;
      const text = this.text.slice(this.position, end);
      if (text.trim() !== '') lines.push({ text, number: this.taken });
      this.position = end + 1;
    }
    return lines;
  }

  private decode(): void {
    const bytes =
      this.whole.length === 1 && this.whole[0] ? this.whole[0] : Buffer.concat(this.whole);
    this.whole = [];
    this.wholeBytes = 0;
    this.position = 0;
    const text = decodeUtf8(bytes);
    this.text = this.taken === 0 ? withoutMark(text) : text;
  }
}
