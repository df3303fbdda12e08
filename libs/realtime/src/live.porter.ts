import type { IncomingMessage } from 'node:http';

import { Injectable, Logger } from '@nestjs/common';
import { Gatekeeper } from '@app/access';
import type { Entrance } from '@app/access';
import { DomainError } from '@app/platform';

import type { LiveClient } from './live.client.js';
import { LiveHub } from './live.hub.js';
import { CLOSINGS } from './live.limits.js';
import { LiveRelay } from './relay/live.relay.js';

/** Decides who may come in, and to which project. */
@Injectable()
export class LivePorter {
  private readonly logger = new Logger(LivePorter.name);

  constructor(
    private readonly gatekeeper: Gatekeeper,
    private readonly hub: LiveHub,
    private readonly relay: LiveRelay,
  ) {}

  /**
   * @param wanted slug of the project as the client gave it
   * @param shownKey a key that did not come in a header
   * @throws DomainError and nothing else
   */
  async admit(request: IncomingMessage, wanted: unknown, shownKey?: unknown): Promise<Entrance> {
    if (this.hub.isClosed) throw new DomainError('overloaded', 503, 'No room for more clients');
    // Anything but a text is shown as a key that nobody has.
    const key = typeof shownKey === 'string' || shownKey === undefined ? shownKey : '';
    try {
      const entrance = await this.gatekeeper.enter(request, wanted, ['read', 'ingest'], key);
      await this.relay.attend(entrance.project.slug);
      return entrance;
    } catch (error) {
      if (error instanceof DomainError) throw error;
      this.logger.error({ event: 'live.handshake.failed', error: String(error) });
      throw new DomainError('storage-unavailable', 503);
    }
  }

  /**
   * Closes a client when its holder's rights end.
   * @returns a function to be called when it has closed
   */
  watch({ principal }: Entrance, client: LiveClient): () => void {
    return this.gatekeeper.onRevoked(principal, () => client.close(CLOSINGS.revoked));
  }
}
