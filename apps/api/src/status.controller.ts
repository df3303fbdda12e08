import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProjectQuery, RequiresScope } from '@app/access';
import type { Answer, Status } from '@app/contracts';
import { SelfStatusService } from '@app/operations';

@ApiTags('health')
@RequiresScope('read')
@Controller('status')
export class StatusController {
  constructor(private readonly status: SelfStatusService) {}

  @Get()
  @ApiOperation({
    summary: 'The tracker about itself',
    description:
      'What it finds wrong with itself (`health`), queues, rollup lag, outbox, schedules, pools, ' +
      'sockets, retention and durability. Counts are of this process since it started; ' +
      '`health.recent` is of all processes.',
  })
  @ApiOkResponse({ description: 'Durations are milliseconds, sizes bytes' })
  async read(@Query() _query: ProjectQuery): Promise<Answer<Status>> {
    return { data: await this.status.read() };
  }
}
