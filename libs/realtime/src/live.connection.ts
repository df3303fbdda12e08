import type { Scope } from '@app/contracts';

import type { LiveFrame } from './live.frame.js';
import type { Closing } from './live.limits.js';

/** What the live core knows of a socket, whichever door it came through. */
export interface LiveConnection {
  /** Slug of the project whose events it may hear. */
  readonly project: string;
  /** Whether its holder has this scope in the project. */
  may(scope: Scope): boolean;
  send(frames: readonly LiveFrame[]): void;
  /** Bytes handed over and not yet taken by the network. */
  bufferedBytes(): number;
  close(closing: Closing): void;
}
