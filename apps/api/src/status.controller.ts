import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import type { Answer, Status } from '@app/contracts';
import { StatusService } from '@app/query';
import { LiveHub } from '@app/realtime';

@ApiTags('health')
@Controller('status')
export class StatusController {
  constructor(
    private readonly status: StatusService,
    private readonly hub: LiveHub,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The tracker about itself',
    description: 'Queues, rollup lag, retention, durability of the database, live clients.',
  })
  @ApiOkResponse({ description: 'Counts are of this process since it started' })
  async read(@Query() _query: ProjectQuery): Promise<Answer<Status>> {
    return { data: { ...(await this.status.status()), live: { clients: this.hub.clientCount } } };
  }
}
