import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Answer, PasswordResetOffer, Session } from '@app/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { By } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { Public } from '../guard/route-access.js';
import { sessionExample } from './examples.js';
import { ResetAcceptanceDto, ResetTokenDto } from './people.dto.js';
import { ResetsService } from './resets.service.js';
import { SessionIssuer, placeOf } from './session.issuer.js';

const NO_RESET = { status: 404, description: '`unknown-reset`: none, used, replaced or expired' };

@ApiTags('access')
@Public()
@Controller('auth/reset')
export class ResetController {
  constructor(
    private readonly resets: ResetsService,
    private readonly issuer: SessionIssuer,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Whose password a link is for' })
  @ApiOkResponse({ example: { data: { name: 'maria', expiresAt: '2026-02-01T08:00:00.000Z' } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse(NO_RESET)
  async offer(@Body() { token }: ResetTokenDto): Promise<Answer<PasswordResetOffer>> {
    return { data: await this.resets.offer(token) };
  }

  @Post('accept')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Choose a new password by a link, and sign in',
    description: 'Signs out everywhere else.',
  })
  @ApiOkResponse({ example: { data: sessionExample } })
  @ApiResponse({ status: 400, description: '`invalid-request`, among others `weak-password`' })
  @ApiResponse(NO_RESET)
  async accept(
    @Body() { token, password }: ResetAcceptanceDto,
    @By() author: Author,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Session>> {
    const actor = await this.resets.accept(token, password, placeOf(request).address);
    author.noted();
    return this.issuer.begin(actor, request, reply);
  }
}
