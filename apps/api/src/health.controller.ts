import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AccessPolicy, Public } from '@app/access';
import { DomainError, readDurability } from '@app/platform';
import type { Durability } from '@app/platform';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';

import { ClosingGuard } from './closing-guard.js';
import { isFromThisMachine } from './this-machine.js';

const WAIT_MS = 2000;
const RETRY_AFTER_SECONDS = 2;

type Readiness = { status: 'ok'; access?: 'open' } & Partial<Durability>;

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  private asked?: Promise<Durability>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly closing: ClosingGuard,
    private readonly policy: AccessPolicy,
  ) {}

  @Get('livez')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  @ApiOkResponse({ example: { data: { status: 'ok' } } })
  livez(): { data: { status: 'ok' } } {
    return { data: { status: 'ok' } };
  }

  @Get('readyz')
  @ApiOperation({
    summary: 'Whether the database can be asked, and keeps what it commits',
    description:
      'Durability is degraded when a setting of the database lets a crash of its machine take ' +
      'away what was acknowledged; `degradedBy` names the settings. `access` is `open` ' +
      'where people come through a proxy and nobody is asked for a key (`AUTH=off`), else absent. ' +
      'All this is told on the machine itself only: elsewhere the answer is the status alone.',
  })
  @ApiOkResponse({ example: { data: { status: 'ok', durability: 'full', degradedBy: [] } } })
  @ApiResponse({ status: 503, description: 'No database now, or about to stop; see Retry-After' })
  async readyz(@Req() request: FastifyRequest): Promise<{ data: Readiness }> {
    if (this.closing.isLeaving) {
      throw new DomainError('shutting-down', 503, undefined, undefined, RETRY_AFTER_SECONDS);
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const away = (): DomainError =>
        new DomainError('storage-unavailable', 503, undefined, undefined, RETRY_AFTER_SECONDS);
      timer = setTimeout(() => {
        // Whoever asks next is not to wait for a connection that says nothing.
        this.asked = undefined;
        reject(away());
      }, WAIT_MS);
    });
    try {
      const durability = await Promise.race([this.durability(), late]);
      if (!isFromThisMachine(request)) return { data: { status: 'ok' } };
      const access = this.policy.reliesOnProxy ? { access: 'open' as const } : {};
      return { data: { status: 'ok', ...durability, ...access } };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Anybody may ask, as often as they like: those who ask at the same time share one answer. */
  private durability(): Promise<Durability> {
    if (this.asked) return this.asked;
    const asked = readDurability((sql, values) => this.dataSource.query(sql, values)).finally(
      () => {
        if (this.asked === asked) this.asked = undefined;
      },
    );
    this.asked = asked;
    return asked;
  }
}
