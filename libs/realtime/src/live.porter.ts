import { Injectable, Logger } from '@nestjs/common';
import { ProjectDirectory } from '@app/access';
import { PROJECT_SLUG_PATTERN } from '@app/contracts';
import { DomainError } from '@app/platform';

import { LiveHub } from './live.hub.js';

/** Decides who may come in, and to which project. */
@Injectable()
export class LivePorter {
  private readonly logger = new Logger(LivePorter.name);

  constructor(
    private readonly projects: ProjectDirectory,
    private readonly hub: LiveHub,
  ) {}

  /**
   * @param wanted slug of the project as the client gave it; absent: `default`
   * @returns the slug, known to exist
   * @throws DomainError and nothing else
   */
  async admit(wanted: unknown): Promise<string> {
    if (this.hub.isClosed) throw new DomainError('overloaded', 503, 'No room for more clients');
    const slug = wanted ?? 'default';
    if (typeof slug !== 'string' || !PROJECT_SLUG_PATTERN.test(slug))
      throw new DomainError('unknown-project', 404);
    try {
      return (await this.projects.resolve(slug)).slug;
    } catch (error) {
      if (error instanceof DomainError) throw error;
      this.logger.error({ event: 'live.handshake.failed', error: String(error) });
      throw new DomainError('storage-unavailable', 503);
    }
  }
}
