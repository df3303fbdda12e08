import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Answer, IngestResult } from '@app/contracts';
import { Project, ProjectQuery, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import { DomainError } from '@app/platform';

import { IngestBody } from './body-parser.js';
import { IngestService } from './ingest.service.js';
import { NdjsonBody } from './ndjson-body.js';
import { exampleBatch, exampleRecord, recordSchema } from './record.schema.js';

const description =
  'One record, an array of records, or NDJSON; gzip and zstd are accepted. The answer comes when ' +
  'everything accepted is committed. A record is stored once, however often it is sent: identity ' +
  'is project, agent, start and execution id. In a batch the good records are stored and the bad ' +
  'ones named by index. `status: "running"` reports a start or a heartbeat.\n\n' +
  'JSON is read whole: at most 10,000 records and 16 MiB, packed and unpacked. NDJSON is of any ' +
  'length, at most 1 MiB in a line: it is stored in pieces while it arrives, and its sender is ' +
  'slowed down to what the database takes. `index` counts records and leaves blank lines out, ' +
  '`line` counts lines from 1; the first 1,000 rejected records are listed, and `rejectedTotal` ' +
  'says how many there were. A body that breaks off keeps what was stored, which the error names ' +
  'as `committed`; sending it again from its beginning is safe.\n\n' +
  'For many single records there is a WebSocket at `/agent-performance/ingest?project=slug`: send ' +
  'text messages, each one record or an array, at most 1 MiB, without waiting for answers. ' +
  '`{"acked": 7, "accepted": 7, "duplicates": 0}` says that messages 1 to 7 of this connection are ' +
  'committed; `rejected` names bad records by `message` (from 1), `index`, `code`, `path` and ' +
  '`detail`. After a close send again what was not acknowledged; 1013 and 1001 mean later.';

@ApiTags('metrics')
@RequiresScope('ingest')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly service: IngestService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Record task executions',
    description,
  })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({
    schema: { oneOf: [recordSchema, { type: 'array', items: recordSchema, maxItems: 10_000 }] },
    examples: {
      one: { summary: 'One finished task', value: exampleRecord },
      batch: { summary: 'A start and a failure', value: exampleBatch },
    },
  })
  @ApiOkResponse({
    description: 'Committed. Rejected records carry index, code, path and detail.',
    example: { data: { accepted: 1, duplicates: 0, rejected: [] } },
  })
  @ApiResponse({ status: 400, description: 'The body, or its only record, is not valid' })
  @ApiResponse({ status: 408, description: 'NDJSON that was silent for a minute' })
  @ApiResponse({
    status: 413,
    description: 'JSON of more than 10,000 records or 16 MiB, or NDJSON with a line over 1 MiB',
  })
  @ApiResponse({ status: 415, description: 'Neither JSON nor NDJSON, or an unknown encoding' })
  @ApiResponse({ status: 422, description: 'The only record is too old or in the future' })
  @ApiResponse({ status: 503, description: 'Overloaded or no database; see Retry-After' })
  async record(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Body() body: unknown,
  ): Promise<Answer<IngestResult>> {
    if (body instanceof NdjsonBody) return { data: await this.service.ingestLines(scope, body) };
    if (body instanceof IngestBody) {
      return { data: await this.service.ingest(scope, body.value, body.bytes) };
    }
    throw new DomainError('empty-body', 400);
  }
}
