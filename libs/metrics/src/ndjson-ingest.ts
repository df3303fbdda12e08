import { setImmediate as nextTurn } from 'node:timers/promises';

import { LIMITS } from '@app/contracts';
import type { IngestResult } from '@app/contracts';
import { DomainError } from '@app/platform';

import { IngestTally } from './ingest-tally.js';
import type { NdjsonBody } from './ndjson-body.js';
import { NdjsonLines } from './ndjson-lines.js';
import type { Line } from './ndjson-lines.js';

/** A piece is this much text or this many records, whichever comes first. */
const PIECE_BYTES = 512 * 1024;
const PIECE_RECORDS = 5000;
/** One is being written while the next one is being read. */
const PIECES_IN_FLIGHT = 2;

/** A line that is not JSON, standing where its record would. */
export const MALFORMED = Symbol('malformed line');

/** Records that are stored together. */
export interface Piece {
  /** Parsed, or `MALFORMED`. */
  inputs: readonly unknown[];
  /** Where they stood, when they were lines. */
  lines?: readonly Line[];
  /** Number of the first one in its request, from 0. */
  firstIndex: number;
  /** Size as text. */
  bytes: number;
}

/** Stores what is good of a piece, and notes what became of each record. */
export type StorePiece = (piece: Piece, tally: IngestTally) => Promise<void>;

/**
 * Stores a body of any length in pieces. Nothing is read ahead of what is being stored but one
 * piece, so a slow database slows the sender down instead of filling the memory. As in the pipe
 * there is no timer: pieces are small while the database is quick, and grow with its delay.
 */
export class NdjsonIngest {
  private readonly lines = new NdjsonLines();
  private readonly tally = new IngestTally(LIMITS.listedRejections);
  private records = 0;
  private inFlight = 0;
  private failed = false;
  private failure: unknown;
  private settled: (() => void) | null = null;

  constructor(
    private readonly body: NdjsonBody,
    private readonly store: StorePiece,
  ) {}

  /** @throws DomainError with `committed` when the body breaks off, or its records meet no storage */
  async run(): Promise<IngestResult> {
    try {
      await this.read();
    } catch (error) {
      this.fail(error);
    }
    while (this.inFlight > 0) await this.anySettled();
    if (this.failed) throw this.brokenOff();
    return this.tally.result();
  }

  private async read(): Promise<void> {
    let bytes = 0;
    for await (const chunk of this.body.chunks()) {
      bytes += chunk.length;
      this.lines.add(chunk);
      while (this.lines.bytes >= PIECE_BYTES && !this.failed) await this.nextPiece();
      if (this.failed) return;
      if (this.inFlight === 0) this.submit();
    }
    if (bytes === 0) throw new DomainError('empty-body', 400);
    this.lines.end();
    while (!this.lines.isEmpty && !this.failed) await this.nextPiece();
  }

  private async nextPiece(): Promise<void> {
    while (this.inFlight >= PIECES_IN_FLIGHT) await this.anySettled();
    if (this.failed) return;
    this.submit();
    // A piece of bad lines only is through at once; others want to be served as well.
    await nextTurn();
  }

  private submit(): void {
    const lines = this.lines.take(PIECE_RECORDS);
    if (lines.length === 0) return;
    const firstIndex = this.records;
    this.records += lines.length;
    this.inFlight += 1;
    const bytes = lines.reduce((sum, { text }) => sum + text.length, 0);
    this.store({ inputs: lines.map(parseLine), lines, firstIndex, bytes }, this.tally)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.release())
      // What release throws comes from reading on, which is part of this request.
      .catch((error: unknown) => this.fail(error));
  }

  private release(): void {
    this.inFlight -= 1;
    this.settled?.();
    this.settled = null;
    // A sender that pauses should not have its last lines lie about unwritten.
    if (this.inFlight === 0 && !this.failed) this.submit();
  }

  private anySettled(): Promise<void> {
    return new Promise((resolve) => {
      this.settled = resolve;
    });
  }

  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.failure = error;
    // The reading may be waiting for bytes that nobody needs any more.
    this.body.stop(new DomainError('internal', 500));
  }

  private brokenOff(): unknown {
    if (!(this.failure instanceof DomainError)) return this.failure;
    const { code, status, message, errors, retryAfterSeconds } = this.failure;
    // Other requests of the same group may hold the very same error.
    const error = new DomainError(code, status, message, errors, retryAfterSeconds);
    error.committed = this.tally.result();
    return error;
  }
}

function parseLine({ text }: Line): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return MALFORMED;
  }
}
