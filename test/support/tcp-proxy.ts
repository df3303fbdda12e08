import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What may be done to the connections that pass through. */
export interface Toxics {
  /** Delay of each chunk in each direction, milliseconds. */
  latencyMs: number;
  /** Up to so much more of it, at random, milliseconds. */
  jitterMs: number;
  /** Longest piece that is passed on at once, in bytes. */
  sliceBytes: number;
  /** Whether everything is swallowed: connections stand, and nothing arrives. */
  blackhole: boolean;
  /** Whether new connections are reset at once. */
  refusing: boolean;
}

/** When to cut a connection to PostgreSQL, seen from the commit of what it writes. */
export type Cut = 'before-commit' | 'after-commit';

const NONE: Toxics = {
  latencyMs: 0,
  jitterMs: 0,
  sliceBytes: Infinity,
  blackhole: false,
  refusing: false,
};

/** Statements that write metrics, or that commit what was written. */
const WRITES = /COPY agent_performance_metrics|INSERT INTO agent_performance_metrics/;
const BEGINS = /\b(BEGIN|START TRANSACTION)\b/;
const COMMITS = /\bCOMMIT\b/;
/** ReadyForQuery of an idle session: type, length 5, `I`. The transaction is over by then. */
const IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

interface Pair {
  client: Socket;
  server: Socket;
  /** Has begun a transaction that is not over. */
  isInTransaction: boolean;
  /** Has sent a statement that writes, whose transaction is not over. */
  isWriting: boolean;
  /** Something of it was swallowed, so that it can never go on. */
  isDead: boolean;
}

/** Stands between client and server, and disturbs them as it is told. */
export class TcpProxy {
  /** How many connections were cut as `cutNext` asked. */
  cuts = 0;
  private toxics: Toxics = NONE;
  private plan: { cut: Cut; remaining: number } | null = null;
  private readonly pairs = new Set<Pair>();
  /** What still waits to be written to a socket. */
  private readonly queues = new Map<Socket, Promise<void>>();

  private constructor(
    private readonly listener: Server,
    private readonly target: { host: string; port: number },
    private readonly random: () => number,
  ) {
    listener.on('connection', (client: Socket) => this.accept(client));
  }

  static async start(
    target: { host: string; port: number },
    random: () => number,
  ): Promise<TcpProxy> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(listener, target, random);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** How many there are now. */
  get connections(): number {
    return this.pairs.size;
  }

  /** The same address by way of the proxy. */
  through(url: string): string {
    const detour = new URL(url);
    detour.hostname = '127.0.0.1';
    detour.port = String(this.port);
    return detour.href;
  }

  /** Replaces what is done; no argument heals. */
  set(toxics: Partial<Toxics> = {}): void {
    this.toxics = { ...NONE, ...toxics };
  }

  /** Cuts connections at their next transactions that write. */
  cutNext(cut: Cut, times = 1): void {
    this.plan = { cut, remaining: times };
  }

  /** Resets every connection there is. */
  reset(): void {
    for (const pair of this.pairs) this.cut(pair);
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => this.listener.close(() => resolve()));
  }

  private accept(client: Socket): void {
    // A reset of a peer is what this is about.
    client.on('error', () => undefined);
    if (this.toxics.refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target);
    const state = { isInTransaction: false, isWriting: false, isDead: false };
    const pair: Pair = { client, server, ...state };
    this.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut(pair));
      socket.on('close', () => {
        this.pairs.delete(pair);
        client.destroySoon();
        server.destroySoon();
      });
    }
    client.on('data', (chunk: Buffer) => this.fromClient(pair, chunk));
    server.on('data', (chunk: Buffer) => this.fromServer(pair, chunk));
  }

  private fromClient(pair: Pair, chunk: Buffer): void {
    const text = chunk.toString('latin1');
    if (BEGINS.test(text)) pair.isInTransaction = true;
    if (WRITES.test(text)) pair.isWriting = true;
    const isCommit = pair.isWriting && (COMMITS.test(text) || !pair.isInTransaction);
    if (isCommit && this.plan?.cut === 'before-commit') {
      // A write without BEGIN commits when all of it is there.
      const half = pair.isInTransaction ? 0 : chunk.length >> 1;
      pair.server.write(chunk.subarray(0, half), () => this.cutAsPlanned(pair));
      return;
    }
    this.pass(pair, chunk, pair.server);
  }

  private fromServer(pair: Pair, chunk: Buffer): void {
    if (chunk.includes(IDLE)) {
      const hasCommitted = pair.isWriting;
      pair.isWriting = pair.isInTransaction = false;
      if (hasCommitted && this.plan?.cut === 'after-commit') {
        this.cutAsPlanned(pair);
        return;
      }
    }
    this.pass(pair, chunk, pair.client);
  }

  private cutAsPlanned(pair: Pair): void {
    this.cuts += 1;
    if (this.plan && (this.plan.remaining -= 1) <= 0) this.plan = null;
    this.cut(pair);
  }

  private cut(pair: Pair): void {
    this.pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  }

  private pass(pair: Pair, chunk: Buffer, to: Socket): void {
    const { latencyMs, jitterMs, sliceBytes, blackhole } = this.toxics;
    pair.isDead ||= blackhole;
    if (pair.isDead) return;
    const size = Math.min(sliceBytes, chunk.length);
    for (let at = 0; at < chunk.length; at += size) {
      this.write(chunk.subarray(at, at + size), to, latencyMs + this.random() * jitterMs);
    }
  }

  /** Pieces stay in order: none overtakes the one before. */
  private write(piece: Buffer, to: Socket, delayMs: number): void {
    const before = this.queues.get(to);
    if (delayMs === 0 && !before) {
      if (to.writable) to.write(piece);
      return;
    }
    const dueMs = performance.now() + delayMs;
    const written = (before ?? Promise.resolve()).then(async () => {
      await sleep(Math.max(0, dueMs - performance.now()));
      if (to.writable) to.write(piece);
      if (this.queues.get(to) === written) this.queues.delete(to);
    });
    this.queues.set(to, written);
  }
}
