import { Inject, Injectable } from '@nestjs/common';
import { LIMITS } from '@app/contracts';
import type { IngestResult, RejectedRecord } from '@app/contracts';
import type { ProjectScope } from '@app/access';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { MalformedLine, NdjsonBody } from './body-parser.js';
import type { Verdict } from './group.transaction.js';
import { IngestPipe } from './ingest.pipe.js';
import { PartitionStore } from './partition.store.js';
import type { PreparedRecord } from './prepared-record.js';
import { prepareRecord } from './record-validator.js';
import type { RecordContext, RecordProblem } from './record-validator.js';

/** Codes that mean "well formed, but not storable". */
const UNPROCESSABLE = new Set([
  'too-old',
  'in-future',
  'no-running-execution',
  'refused-by-database',
]);

/** Takes the body of an ingest request, whatever its form, and stores what is good of it. */
@Injectable()
export class IngestService {
  constructor(
    private readonly pipe: IngestPipe,
    private readonly partitions: PartitionStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param body one record, an array of records, or an `NdjsonBody`
   * @throws DomainError when a single record is bad, or the batch as a whole
   */
  async ingest(scope: ProjectScope, body: unknown): Promise<IngestResult> {
    const single = !Array.isArray(body) && !(body instanceof NdjsonBody);
    const inputs: unknown[] = Array.isArray(body)
      ? body
      : body instanceof NdjsonBody
        ? body.records
        : [body];
    if (inputs.length > LIMITS.batchRecords) {
      throw new DomainError(
        'batch-too-large',
        413,
        `At most ${LIMITS.batchRecords} records in one request`,
      );
    }
    const { good, positions, rejected } = this.prepare(inputs, scope);
    const verdicts = await this.pipe.submit(good);
    const result = summarise(verdicts, positions, rejected);
    this.pipe.counts.rejected += rejected.length;
    const refused = result.rejected[0];
    if (single && refused) throw singleProblem(refused);
    return result;
  }

  private prepare(
    inputs: unknown[],
    scope: ProjectScope,
  ): { good: PreparedRecord[]; positions: number[]; rejected: RejectedRecord[] } {
    const context: RecordContext = {
      projectId: scope.projectId,
      project: scope.slug,
      nowMs: this.clock.now().getTime(),
      oldestMs: this.partitions.oldestMs(),
    };
    const good: PreparedRecord[] = [];
    const positions: number[] = [];
    const rejected: RejectedRecord[] = [];
    for (const [index, input] of inputs.entries()) {
      const outcome =
        input instanceof MalformedLine
          ? {
              problem: {
                code: 'invalid-record',
                detail: 'the line is not valid JSON',
              } as RecordProblem,
            }
          : prepareRecord(input, context);
      if ('problem' in outcome) rejected.push({ index, ...outcome.problem });
      else {
        good.push(outcome.record);
        positions.push(index);
      }
    }
    return { good, positions, rejected };
  }
}

function summarise(
  verdicts: Verdict[],
  positions: number[],
  invalid: RejectedRecord[],
): IngestResult {
  const result: IngestResult = { accepted: 0, duplicates: 0, rejected: [...invalid] };
  for (const [at, verdict] of verdicts.entries()) {
    if (verdict.kind === 'accepted') result.accepted += 1;
    else if (verdict.kind === 'duplicate') result.duplicates += 1;
    else result.rejected.push({ index: positions[at] ?? at, ...verdict.problem });
  }
  result.rejected.sort((a, b) => a.index - b.index);
  return result;
}

function singleProblem({ code, path, detail }: RejectedRecord): DomainError {
  const status = UNPROCESSABLE.has(code) ? 422 : 400;
  return new DomainError('invalid-request', status, detail, [{ path: path ?? '', code, detail }]);
}
