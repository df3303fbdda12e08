import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Project, ProjectQuery, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, NotificationChannel, NotificationDelivery } from '@app/contracts';
import { UuidPipe, parseIfMatch } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { ChannelsService } from './channels.service.js';
import { DeliveriesService } from './deliveries.service.js';
import { ChannelChangeDto, NewChannelDto } from './dto/channel.dto.js';
import { channelExample as example, deliveryExample } from './examples.js';

const idParam = { name: 'id', format: 'uuid', example: example.id };
const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The version last read, as `"3"`; another version in between is answered with 412',
};
const notFound = { status: 404, description: '`unknown-channel`, `unknown-project`' };

@ApiTags('notifications')
@RequiresScope('admin')
@Controller('notifications/channels')
export class ChannelsController {
  constructor(
    private readonly channels: ChannelsService,
    private readonly deliveries: DeliveriesService,
  ) {}

  @RequiresScope('operate')
  @Get()
  @ApiOperation({
    summary: 'List channels',
    description: 'Where alerts of the project are told, by name. Secrets show their last 4 only.',
  })
  @ApiOkResponse({ schema: { example: { data: [example], page: { nextCursor: null } } } })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  async list(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<NotificationChannel[]>> {
    return { data: await this.channels.list(scope), page: { nextCursor: null } };
  }

  @Post()
  @ApiOperation({
    summary: 'Create a channel',
    description:
      'Webhooks are signed after Standard Webhooks 1.0.0. Destinations must be public addresses ' +
      'on the usual ports, unless the operator allows a host by `NOTIFY_ALLOW_HOSTS`. Header ' +
      '`ETag` holds the version.',
  })
  @ApiCreatedResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  @ApiResponse({ status: 409, description: '`channel-name-taken`, `too-many-channels`' })
  async create(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Body() input: NewChannelDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<NotificationChannel>> {
    return tagged(reply, await this.channels.create(scope, input));
  }

  @RequiresScope('operate')
  @Get(':id')
  @ApiOperation({ summary: 'Read one channel', description: 'Header `ETag` holds its version.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 400, description: '`invalid-request`: not a UUID' })
  @ApiResponse(notFound)
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<NotificationChannel>> {
    return tagged(reply, await this.channels.get(scope, id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a channel',
    description:
      'What is left out keeps its value; the kind stays. Switching a channel off gives up what ' +
      'waits for it. Where its destination changes, its secrets must be given again.',
  })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ schema: { example: { data: { ...example, version: 2 } } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse(notFound)
  @ApiResponse({ status: 409, description: '`channel-name-taken`' })
  @ApiResponse({ status: 412, description: '`precondition-failed`: changed by someone else' })
  async change(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Body() input: ChannelChangeDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<NotificationChannel>> {
    const changed = await this.channels.change(scope, id, input, parseIfMatch(condition));
    return tagged(reply, changed);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a channel',
    description: 'What waits for it is given up; what it was told stays in the log.',
  })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiResponse({ status: 400, description: '`invalid-request`: not a UUID' })
  @ApiResponse(notFound)
  @ApiResponse({ status: 412, description: '`precondition-failed`' })
  async remove(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Headers('if-match') condition: string | undefined,
  ): Promise<void> {
    await this.channels.remove(scope, id, parseIfMatch(condition));
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Test a channel',
    description:
      'Sends a message that says it is a test, now and once, also where the channel is switched ' +
      'off. Answers how that went within 10 seconds: `state` is `sent` or `failed`.',
  })
  @ApiParam(idParam)
  @ApiOkResponse({
    schema: { example: { data: { ...deliveryExample, test: true, attempts: 1, alertCount: 1 } } },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`: not a UUID' })
  @ApiResponse(notFound)
  async test(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
  ): Promise<Answer<NotificationDelivery>> {
    return { data: await this.deliveries.test(scope, id) };
  }
}

function tagged(reply: FastifyReply, channel: NotificationChannel): Answer<NotificationChannel> {
  void reply.header('etag', `"${channel.version}"`);
  return { data: channel };
}
