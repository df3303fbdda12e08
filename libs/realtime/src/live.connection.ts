import type { Scope } from '@app/contracts';

import type { Closing } from './live.limits.js';
import type { LiveParcel } from './live.parcel.js';

/** What the live core knows of a socket, whichever door it came through. */
export interface LiveConnection {
  /** Slug of the project whose events it may hear. */
  readonly project: string;
  /** Whether its holder has this scope in the project. */
  may(scope: Scope): boolean;
  /** Whether it wants to hear nothing until it has subscribed. */
  readonly isHeld: boolean;
  send(parcel: LiveParcel): void;
  /** Bytes handed over and not yet taken by the network. */
  bufferedBytes(): number;
  close(closing: Closing): void;
}
