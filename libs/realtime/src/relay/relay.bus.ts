/** What a bus tells its user. */
export interface RelayBusEvents {
  /** Another process said something. */
  heard(text: string): void;
  /** The bus can be used, for the first time or again: what was said in between is lost. */
  connected(): void;
}

/**
 * Carries texts from each server process to all others that work on the same data: at most once,
 * and in no promised order. What the relay says on it is numbered, so that a loss shows.
 */
export interface RelayBus {
  /** Whether what was said last is still on its way, or cannot leave: better wait. */
  readonly isBusy: boolean;
  open(events: RelayBusEvents): void;
  send(text: string): void;
  /** Lets what was sent leave, for a moment at most. */
  close(): Promise<void>;
}
