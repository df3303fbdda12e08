import type { RelayedNews } from './relay.message.js';

/** The clients of this process, as the relay sees them. */
export interface LiveAudience {
  /** News of another process. */
  hear(news: RelayedNews): void;
  /** Clients may have missed events: so many by project, or of any project and number. */
  missed(events: ReadonlyMap<string, number> | 'unknown'): void;
  /** Whether a project has clients here. */
  isHeard(project: string): boolean;
}

export const LIVE_AUDIENCE = Symbol('LIVE_AUDIENCE');
