import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '@app/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const LARGEST = 2 * 1024 * 1024;
const PATH = /\/benchmarks\/import(\?|$)/;

/** Lets imports come as CSV, and nothing else. */
@Injectable()
export class ImportBodyParser implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addContentTypeParser(
      'text/csv',
      { parseAs: 'buffer', bodyLimit: LARGEST },
      (request: FastifyRequest, body: Buffer, done) => {
        if (!PATH.test(request.url)) return done(new DomainError('unsupported-media-type', 415));
        try {
          done(null, new TextDecoder('utf-8', { fatal: true }).decode(body));
        } catch {
          // The decoder throws a TypeError for what is no UTF-8, and nothing else.
          done(new DomainError('malformed-body', 400, 'The body is not UTF-8'));
        }
      },
    );
  }
}
