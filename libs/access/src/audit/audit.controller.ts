import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Answer, AuditEntry } from '@app/contracts';

import { Caller } from '../guard/caller.decorator.js';
import type { Principal } from '../guard/principal.js';
import { RequiresScope } from '../guard/route-access.js';
import { Project } from '../projects/project.decorator.js';
import type { ProjectScope } from '../projects/project.directory.js';
import { AuditQuery } from './audit.query.js';
import { AuditReader } from './audit.reader.js';

const example: AuditEntry = {
  auditId: '5b0f6f3e-6f0c-4a55-9b60-6f0d1f6f3e0b',
  at: '2026-01-31T08:00:00.000Z',
  project: 'default',
  actorKind: 'user',
  actor: 'maria',
  action: 'key.create',
  subject: '0b0f6f3e-6f0c-4a55-9b60-6f0d1f6f3e0b',
  requestId: '8d0c2b9e-51a6-4c8e-a6f3-2f4b8f8f2c11',
  address: '10.0.0.7',
  before: null,
  after: { name: 'build agents', scopes: ['ingest'] },
};

@ApiTags('access')
@RequiresScope('admin')
@Controller('audit')
export class AuditController {
  constructor(private readonly reader: AuditReader) {}

  @Get()
  @ApiOperation({
    summary: 'Who changed what',
    description:
      'Every change to the project, newest first; for administrators of every project also what ' +
      'is of none. Secrets are left out. Pages by `cursor`.',
  })
  @ApiOkResponse({ example: { data: [example], page: { nextCursor: null } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  async list(
    @Project() { projectId }: ProjectScope,
    @Caller() caller: Principal,
    @Query() query: AuditQuery,
  ): Promise<Answer<AuditEntry[]>> {
    const everywhere = caller.mayEverywhere('admin');
    const { entries, nextCursor } = await this.reader.page(projectId, everywhere, query);
    return { data: entries, page: { nextCursor } };
  }
}
