import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { LIMITS } from '@app/contracts';
import type { IngestResult } from '@app/contracts';
import type { ProjectScope } from '@app/access';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { IngestTally } from './ingest-tally.js';
import { IngestPipe } from './ingest.pipe.js';
import type { NdjsonBody } from './ndjson-body.js';
import { MALFORMED, NdjsonIngest } from './ndjson-ingest.js';
import type { Piece } from './ndjson-ingest.js';
import type { PreparedRecord } from './prepared-record.js';
import { prepareRecord } from './record-validator.js';
import type { RecordContext, RecordProblem } from './record-validator.js';
import { RetentionBook } from './retention.book.js';

/** Codes that mean "well formed, but not storable". */
const UNPROCESSABLE = new Set([
  'too-old',
  'in-future',
  'no-running-execution',
  'refused-by-database',
]);

const notJson: RecordProblem = { code: 'invalid-record', detail: 'the line is not valid JSON' };

/** Takes the records of an ingest request, whatever its form, and stores what is good of them. */
@Injectable()
export class IngestService implements BeforeApplicationShutdown {
  private readonly streams = new Set<NdjsonBody>();

  constructor(
    private readonly pipe: IngestPipe,
    private readonly retention: RetentionBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param body one record or an array of records, parsed
   * @param bytes size of the body as text
   * @throws DomainError when a single record is bad, or the batch as a whole
   */
  async ingest(scope: ProjectScope, body: unknown, bytes = 0): Promise<IngestResult> {
    if (!Array.isArray(body)) return this.ingestOne(scope, body, bytes);
    if (body.length > LIMITS.batchRecords) {
      const most = LIMITS.batchRecords;
      throw new DomainError('batch-too-large', 413, `At most ${most} records in one request`);
    }
    const tally = new IngestTally();
    await this.store(scope, { inputs: body, bytes, firstIndex: 0 }, tally);
    return tally.result();
  }

  /**
   * Stores a body of any length while it arrives.
   * @throws DomainError with `committed` when it cannot be taken to its end
   */
  async ingestLines(scope: ProjectScope, body: NdjsonBody): Promise<IngestResult> {
    this.streams.add(body);
    try {
      return await new NdjsonIngest(body, (piece, tally) => this.store(scope, piece, tally)).run();
    } finally {
      this.streams.delete(body);
    }
  }

  /** A stream may go on for hours; its sender hears what was stored and sends it again. */
  beforeApplicationShutdown(): void {
    for (const body of this.streams) {
      body.stop(new DomainError('shutting-down', 503, undefined, undefined, 5));
    }
  }

  private async ingestOne(
    scope: ProjectScope,
    input: unknown,
    bytes: number,
  ): Promise<IngestResult> {
    const outcome = prepareRecord(input, this.contextOf(scope));
    if ('problem' in outcome) {
      this.pipe.noteRejected(outcome.problem.code);
      throw singleProblem(outcome.problem);
    }
    const [verdict] = await this.pipe.submit([outcome.record], bytes);
    if (verdict?.kind === 'rejected') throw singleProblem(verdict.problem);
    const duplicates = verdict?.kind === 'duplicate' ? 1 : 0;
    return { accepted: 1 - duplicates, duplicates, rejected: [] };
  }

  private async store(scope: ProjectScope, piece: Piece, tally: IngestTally): Promise<void> {
    const { inputs, lines, firstIndex } = piece;
    const context = this.contextOf(scope);
    const good: PreparedRecord[] = [];
    const positions: number[] = [];
    const reject = (at: number, problem: RecordProblem): void => {
      const line = lines?.[at];
      tally.reject({ index: firstIndex + at, ...(line && { line: line.number }), ...problem });
    };
    for (let at = 0; at < inputs.length; at += 1) {
      const input = inputs[at];
      const outcome = input === MALFORMED ? { problem: notJson } : prepareRecord(input, context);
      if ('problem' in outcome) {
        this.pipe.noteRejected(outcome.problem.code);
        reject(at, outcome.problem);
      } else {
        good.push(outcome.record);
        positions.push(at);
      }
    }
    const verdicts = await this.pipe.submit(good, piece.bytes);
    for (let at = 0; at < verdicts.length; at += 1) {
      const verdict = verdicts[at];
      if (verdict?.kind === 'rejected') reject(positions[at] ?? at, verdict.problem);
      else if (verdict?.kind === 'duplicate') tally.duplicates += 1;
      else tally.accepted += 1;
    }
  }

  private contextOf(scope: ProjectScope): RecordContext {
    return {
      projectId: scope.projectId,
      project: scope.slug,
      nowMs: this.clock.now().getTime(),
      oldestMs: this.retention.oldestMs(scope.projectId),
    };
  }
}

function singleProblem({ code, path, detail }: RecordProblem): DomainError {
  const status = UNPROCESSABLE.has(code) ? 422 : 400;
  return new DomainError('invalid-request', status, detail, [{ path: path ?? '', code, detail }]);
}
