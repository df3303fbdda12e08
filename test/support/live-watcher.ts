import { LIVE_PATH } from '@app/contracts';
import type { AlertChange, Answer, Execution, LiveEvents, LiveKind } from '@app/contracts';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import WebSocket from 'ws';

import { API } from './boot-app.js';

export type Door = 'plain' | 'Socket.IO';

const COME_BACK_MS = 100;

/**
 * A client that follows the ends of all executions of the default project as the documentation
 * tells it to: it hears events, and reads the state by REST after each `welcome` and `resync`. It
 * connects to the first server of its list that takes it, without stickiness.
 */
export class LiveWatcher {
  /** Every event in the order heard. */
  readonly heard: { type: LiveKind; data: unknown }[] = [];
  readonly resyncs: LiveEvents['resync'][] = [];
  /** Executions that are known to have ended, from events or REST. */
  readonly known = new Set<string>();
  /** The same by events alone, with how often each was told. */
  readonly told = new Map<string, number>();
  welcomes = 0;
  private socket?: WebSocket | Socket;
  private closed = false;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    readonly door: Door,
    private readonly urls: string[],
  ) {
    this.connect(0);
  }

  alerts(): AlertChange[] {
    return this.heard
      .filter(({ type }) => type === 'performance:alert')
      .map(({ data }) => data as AlertChange);
  }

  /** Task ids of events of a kind about an agent, in the order heard. */
  tasksOf(agentId: string, type: LiveKind): string[] {
    return this.heard
      .map((event) => ({
        type: event.type,
        ...(event.data as { agentId: string; taskId: string }),
      }))
      .filter((event) => event.type === type && event.agentId === agentId)
      .map(({ taskId }) => taskId);
  }

  /** Breaks the connection as a network does; it comes back by itself. */
  cut(): void {
    if (this.socket instanceof WebSocket) this.socket.terminate();
    else this.socket?.io.engine.close();
  }

  close(): void {
    this.closed = true;
    this.cut();
    if (!(this.socket instanceof WebSocket)) this.socket?.disconnect();
  }

  /** Until what was asked of REST has been answered. */
  async settle(): Promise<void> {
    await this.reading;
  }

  private connect(attempt: number): void {
    if (this.closed) return;
    const url = this.urls[attempt % this.urls.length] as string;
    const gone = (): void => {
      setTimeout(() => this.connect(attempt + 1), COME_BACK_MS);
    };
    if (this.door === 'plain') this.connectPlain(url, gone);
    else this.connectSocketIo(url, gone);
  }

  private connectPlain(url: string, gone: () => void): void {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${LIVE_PATH}`);
    this.socket = socket;
    socket.on('message', (raw: Buffer) => {
      const { type, data } = JSON.parse(raw.toString()) as { type: string; data: unknown };
      this.take(url, type, data);
    });
    socket.on('error', () => undefined);
    socket.once('close', gone);
  }

  private connectSocketIo(url: string, gone: () => void): void {
    const options = { transports: ['websocket'], reconnection: false, forceNew: true };
    const socket = io(`${url}${LIVE_PATH}`, options);
    this.socket = socket;
    socket.onAny((type: string, data: unknown) => this.take(url, type, data));
    socket.once('disconnect', gone);
    socket.once('connect_error', gone);
  }

  private take(url: string, type: string, data: unknown): void {
    if (type === 'welcome') this.welcomes += 1;
    if (type === 'resync') this.resyncs.push(data as LiveEvents['resync']);
    if (type === 'welcome' || type === 'resync') this.read(url);
    if (!type.startsWith('performance:')) return;
    this.heard.push({ type: type as LiveKind, data });
    if (type !== 'performance:taskCompleted') return;
    const { executionId } = data as LiveEvents['performance:taskCompleted'];
    this.known.add(executionId);
    this.told.set(executionId, (this.told.get(executionId) ?? 0) + 1);
  }

  private read(url: string): void {
    this.reading = this.reading
      .then(async () => {
        for (const id of await storedIds(url)) this.known.add(id);
      })
      // The server is gone: the next one is asked after its welcome.
      .catch(() => undefined);
  }
}

/** Ids of all executions of the default project, by REST. */
export async function storedIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const query = new URLSearchParams({ limit: '1000', window: '24h', ...(cursor && { cursor }) });
    const response = await fetch(`${url}${API}/metrics?${query.toString()}`);
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    const { data, page } = (await response.json()) as Answer<Execution[]>;
    ids.push(...data.map(({ executionId }) => executionId));
    cursor = page?.nextCursor;
  } while (cursor);
  return ids;
}
