import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Answer, ApiKey, CreatedApiKey } from '@app/contracts';
import { UuidPipe } from '@app/platform';

import { By } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { Caller } from '../guard/caller.decorator.js';
import { forbidden } from '../guard/gatekeeper.js';
import type { Principal } from '../guard/principal.js';
import { RequiresScope } from '../guard/route-access.js';
import { Project, ProjectQuery } from '../projects/project.decorator.js';
import type { ProjectScope } from '../projects/project.directory.js';
import { ApiKeyDto } from './key.dto.js';
import { KeysService } from './keys.service.js';

const example: ApiKey = {
  keyId: '0b0f6f3e-6f0c-4a55-9b60-6f0d1f6f3e0b',
  name: 'build agents',
  prefix: 'apt_k3v9q2ma',
  scopes: ['ingest'],
  project: 'default',
  createdAt: '2026-01-31T08:00:00.000Z',
  createdBy: 'maria',
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: '2026-01-31T09:12:00.000Z',
};

@ApiTags('access')
@RequiresScope('admin')
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @ApiOperation({
    summary: 'List API keys',
    description:
      'Newest first, revoked ones included; for administrators of every project also the keys ' +
      'for every project. `lastUsedAt` is exact to a minute.',
  })
  @ApiOkResponse({ example: { data: [example] } })
  async list(
    @Project() { projectId }: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<ApiKey[]>> {
    const everywhere = caller.mayEverywhere('admin');
    return { data: await this.keys.list({ projectId, everywhere }) };
  }

  @Post()
  @ApiOperation({
    summary: 'Make an API key',
    description:
      'The answer is the only time that `key` is seen: only its hash is kept. Sent as ' +
      '`Authorization: Bearer <key>`; by Socket.IO also as `auth.apiKey`, and by WebSocket as a ' +
      'subprotocol `apt.key.<key>` beside `apt.v1`. Never in a URL.',
  })
  @ApiCreatedResponse({
    example: { data: { ...example, key: 'apt_k3v9q2ma_n7d4…', lastUsedAt: null } },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 409, description: '`too-many-keys`: 500 are valid' })
  async create(
    @Project() { projectId }: ProjectScope,
    @Caller() caller: Principal,
    @By() author: Author,
    @Query() _query: ProjectQuery,
    @Body() input: ApiKeyDto,
  ): Promise<Answer<CreatedApiKey>> {
    if (input.allProjects && !caller.mayEverywhere('admin')) throw forbidden(['admin']);
    const reach = input.allProjects ? null : projectId;
    return { data: await this.keys.create(author, reach, input) };
  }

  @Delete(':keyId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'Refused everywhere within a second; its sockets are closed within five.',
  })
  @ApiParam({ name: 'keyId', format: 'uuid', example: example.keyId })
  @ApiNoContentResponse({ description: 'It is not valid any more' })
  @ApiResponse({ status: 404, description: '`unknown-key`' })
  async revoke(
    @Project() { projectId }: ProjectScope,
    @Caller() caller: Principal,
    @By() author: Author,
    @Query() _query: ProjectQuery,
    @Param('keyId', UuidPipe) keyId: string,
  ): Promise<void> {
    const everywhere = caller.mayEverywhere('admin');
    await this.keys.revoke(author, { projectId, everywhere }, keyId);
  }
}
