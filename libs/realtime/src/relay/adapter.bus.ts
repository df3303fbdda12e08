import type { Namespace } from 'socket.io';

import type { RelayBus, RelayBusEvents } from './relay.bus.js';

const EVENT = 'relay';

type Adapter = Namespace['adapter'];

/** A connection of an adapter's own, which tells how it is. */
export interface AdapterLink {
  readonly isConnected: boolean;
  /** Messages handed over and not yet taken. */
  readonly pending: number;
  onConnected: () => void;
  close(): Promise<void>;
}

const CLOSE_WAIT_MS = 1000;
const CLOSE_POLL_MS = 10;

/**
 * Texts by `serverSideEmit` of a Socket.IO cluster adapter on the live namespace. Events do not go
 * by the adapter's broadcasts: those would reach its own clients only, each encoded anew, past
 * filters and numbers.
 */
export class AdapterBus implements RelayBus {
  private closed = false;

  constructor(
    private readonly namespace: Namespace,
    /** Must not fail. */
    private readonly prepare: () => Promise<(namespace: Namespace) => unknown>,
    private readonly link: AdapterLink,
  ) {}

  get isBusy(): boolean {
    return !this.link.isConnected || this.link.pending > 0;
  }

  open(events: RelayBusEvents): void {
    const { namespace } = this;
    namespace.on(EVENT, (text: unknown) => {
      if (typeof text === 'string') events.heard(text);
    });
    this.link.onConnected = () => events.connected();
    void this.start();
  }

  send(text: string): void {
    this.namespace.serverSideEmit(EVENT, text);
  }

  private async start(): Promise<void> {
    const { namespace } = this;
    const makeAdapter = await this.prepare();
    if (this.closed) return;
    void namespace.adapter.close();
    namespace.adapter = makeAdapter(namespace) as Adapter;
    void namespace.adapter.init();
  }

  async close(): Promise<void> {
    this.closed = true;
    const deadlineMs = performance.now() + CLOSE_WAIT_MS;
    while (this.link.isConnected && this.link.pending > 0 && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS));
    }
    await this.link.close();
  }
}
