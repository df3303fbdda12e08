import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project, ProjectQuery, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, NotificationDelivery } from '@app/contracts';
import { UuidPipe } from '@app/platform';

import { DeliveriesService } from './deliveries.service.js';
import { DeliveriesQuery } from './dto/deliveries.query.js';
import { deliveryExample as example } from './examples.js';

@ApiTags('notifications')
@RequiresScope('operate')
@Controller('notifications/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @ApiOperation({
    summary: 'List deliveries',
    description:
      'What was told to whom, newest first, of the last 30 days. A delivery keeps its id over all ' +
      'attempts; receivers get it too (`webhook-id`, `Message-ID`) and may see it twice.',
  })
  @ApiOkResponse({ schema: { example: { data: [example], page: { nextCursor: null } } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  list(
    @Project() scope: ProjectScope,
    @Query() query: DeliveriesQuery,
  ): Promise<Answer<NotificationDelivery[]>> {
    return this.deliveries.list(scope, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one delivery', description: 'How it went so far.' })
  @ApiParam({ name: 'id', format: 'uuid', example: example.id })
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 400, description: '`invalid-request`: not a UUID' })
  @ApiResponse({ status: 404, description: '`unknown-delivery`, `unknown-project`' })
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
  ): Promise<Answer<NotificationDelivery>> {
    return { data: await this.deliveries.get(scope, id) };
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Retry a delivery',
    description: 'Makes a failed one due at once, with all its attempts and the same id.',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: example.id })
  @ApiOkResponse({ schema: { example: { data: { ...example, state: 'pending', attempts: 0 } } } })
  @ApiResponse({ status: 400, description: '`invalid-request`: not a UUID' })
  @ApiResponse({ status: 404, description: '`unknown-delivery`, `unknown-project`' })
  @ApiResponse({ status: 409, description: '`delivery-not-failed`' })
  async retry(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
  ): Promise<Answer<NotificationDelivery>> {
    return { data: await this.deliveries.retry(scope, id) };
  }
}
