/** Bounds of what server processes tell each other. Times in milliseconds, sizes in bytes. */
export const RELAY_LIMITS = {
  /** At most ten batches a second. */
  flushMs: 100,
  /** News kept while the bus is busy or away; then the oldest half is left out, and counted. */
  pendingItems: 20_000,
  /** Text of one message, and of all messages of one flush. */
  messageBytes: 256 * 1024,
  flushBytes: 2 * 1024 * 1024,
  /** How often a process shows that it lives, among others and alone. */
  beatMs: 4000,
  lonelyBeatMs: 20_000,
  /** A process not heard for so long is gone. */
  leaseMs: 13_000,
  /** How long a message may be overtaken by later ones before it counts as lost. */
  reorderMs: 2000,
  /** Messages kept for the one that is late. */
  heldMessages: 200,
  /** After a hello, until then it is assumed that there are others who have not answered. */
  discoveryMs: 250,
  /** Longest that a client is kept waiting until the other processes know what it wants. */
  attendMs: 750,
  /** A project is wanted for so long after its last client came. */
  stickyMs: 60_000,
  /** Projects named one by one; beyond it all are wanted. */
  namedProjects: 100,
  /** Ended executions remembered, so that a late word of their start is not believed. */
  rememberedEnds: 20_000,
} as const;
