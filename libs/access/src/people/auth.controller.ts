import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Answer, InvitationOffer, Session, SessionPlace } from '@app/contracts';
import { DomainError, UuidPipe } from '@app/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { By } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { Caller } from '../guard/caller.decorator.js';
import { sessionCookie } from '../guard/cookies.js';
import { AccessPolicy } from '../guard/policy.js';
import type { Principal } from '../guard/principal.js';
import { Public, SignedIn } from '../guard/route-access.js';
import { sessionExample, sessionPlaceExample } from './examples.js';
import { InvitationsService } from './invitations.service.js';
import {
  InvitationAcceptanceDto,
  InvitationTokenDto,
  PasswordChangeDto,
  SignInDto,
} from './people.dto.js';
import { SessionIssuer, placeOf } from './session.issuer.js';
import { SessionsService } from './sessions.service.js';

const BAD = { status: 400, description: '`invalid-request`' };
const WRONG = { status: 401, description: '`sign-in-failed`: which part is wrong is not said' };
const GUESSING = {
  status: 429,
  description: '`rate-limited`: many attempts failed; see Retry-After',
};
const NO_INVITATION = { status: 404, description: '`unknown-invitation`: none, used, or expired' };

@ApiTags('access')
@SignedIn()
@Controller('auth')
export class AuthController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly invitations: InvitationsService,
    private readonly issuer: SessionIssuer,
    private readonly policy: AccessPolicy,
  ) {}

  @Public()
  @Post('session')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in',
    description:
      'With name and password, or with an API key. The session is a cookie that scripts cannot ' +
      'read; it gets a new value every 15 minutes, ends after 7 days without use, and after 30 in ' +
      'any case. It is good for requests from our own pages only.',
  })
  @ApiOkResponse({ example: { data: sessionExample } })
  @ApiResponse(BAD)
  @ApiResponse(WRONG)
  @ApiResponse(GUESSING)
  async signIn(
    @Body() body: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Session>> {
    const place = placeOf(request);
    const actor =
      body.key === undefined
        ? await this.sessions.recognise(body.name ?? '', body.password ?? '', place)
        : await this.sessions.recogniseKey(body.key, place);
    return this.issuer.begin(actor, request, reply);
  }

  @Get('session')
  @ApiOperation({ summary: 'Who asks, and what they may do' })
  @ApiOkResponse({ example: { data: sessionExample } })
  async current(@Caller() caller: Principal): Promise<Answer<Session>> {
    return { data: await this.issuer.describe(caller) };
  }

  @Delete('session')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out' })
  @ApiNoContentResponse({ description: 'The session is over; without one nothing happens' })
  async signOut(
    @By() author: Author,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const session = request.access?.session;
    if (session) await this.sessions.end(author, session.sessionId);
    author.noted();
    const isSecure = this.policy.isSecure(request.protocol);
    void reply.header('set-cookie', sessionCookie('', 0, isSecure));
  }

  @Get('sessions')
  @ApiOperation({
    summary: 'Where one is signed in',
    description: 'The latest first; empty for those who did not sign in with a name.',
  })
  @ApiOkResponse({ example: { data: [sessionPlaceExample] } })
  async list(@Req() request: FastifyRequest): Promise<Answer<SessionPlace[]>> {
    const session = request.access?.session;
    return { data: session?.userId ? await this.sessions.placesOf(session) : [] };
  }

  @Delete('sessions')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Sign out everywhere else',
    description: 'The session that asks goes on; without one nothing happens.',
  })
  @ApiNoContentResponse({ description: 'All others are over' })
  async endOthers(@By() author: Author, @Req() request: FastifyRequest): Promise<void> {
    const session = request.access?.session;
    if (session?.userId) await this.sessions.endOthers(author, session);
    author.noted();
  }

  @Delete('sessions/:sessionId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out elsewhere' })
  @ApiParam({ name: 'sessionId', format: 'uuid', example: sessionPlaceExample.sessionId })
  @ApiNoContentResponse({ description: 'That session is over' })
  @ApiResponse({ status: 404, description: '`unknown-session`: none of one’s own' })
  async end(
    @By() author: Author,
    @Req() request: FastifyRequest,
    @Param('sessionId', UuidPipe) sessionId: string,
  ): Promise<void> {
    const userId = request.access?.session?.userId;
    if (!userId) throw new DomainError('unknown-session', 404);
    await this.sessions.endOwn(author, userId, sessionId);
  }

  @Post('password')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Change one’s own password',
    description: 'Signs out everywhere else.',
  })
  @ApiNoContentResponse({ description: 'From now on the new one is asked for' })
  @ApiResponse({ status: 400, description: '`invalid-request`, among others `weak-password`' })
  @ApiResponse(WRONG)
  @ApiResponse({ status: 403, description: '`forbidden`: not signed in with a name' })
  async changePassword(
    @By() author: Author,
    @Req() request: FastifyRequest,
    @Body() { currentPassword: current, newPassword: wanted }: PasswordChangeDto,
  ): Promise<void> {
    const session = request.access?.session;
    if (!session?.userId) throw new DomainError('forbidden', 403, 'Sign in with your name first');
    await this.sessions.changePassword(author, session, { current, wanted }, placeOf(request));
  }

  @Public()
  @Post('invitation')
  @HttpCode(200)
  @ApiOperation({ summary: 'What an invitation offers' })
  @ApiOkResponse({
    example: {
      data: {
        projectName: 'Checkout agents',
        role: 'operator',
        createdBy: 'maria',
        expiresAt: '2026-02-03T08:00:00.000Z',
      },
    },
  })
  @ApiResponse(BAD)
  @ApiResponse(NO_INVITATION)
  async offer(@Body() { token }: InvitationTokenDto): Promise<Answer<InvitationOffer>> {
    return { data: await this.invitations.offer(token) };
  }

  @Public()
  @Post('invitation/accept')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take an invitation up, and sign in',
    description:
      'With a new name, or with one’s own name and password to get into one more project.',
  })
  @ApiOkResponse({ example: { data: sessionExample } })
  @ApiResponse({ status: 400, description: '`invalid-request`, among others `weak-password`' })
  @ApiResponse({
    status: 401,
    description: '`sign-in-failed`: the name is somebody’s, and the password is not theirs',
  })
  @ApiResponse(NO_INVITATION)
  @ApiResponse(GUESSING)
  async accept(
    @Body() body: InvitationAcceptanceDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Session>> {
    const actor = await this.invitations.accept(body.token, body, placeOf(request));
    return this.issuer.begin(actor, request, reply);
  }
}
