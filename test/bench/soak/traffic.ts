/** What the fleet of a soak does: records, questions, and clients that stay, come and go. */
import { setTimeout as sleep } from 'node:timers/promises';

import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

import { API } from '../../support/boot-app.js';

const BATCH = 100;
const LANES = 4;
const LIVE_CLIENTS = 20;
const CALIBRATE_MS = 10_000;
const GUEST_EVERY_MS = 200;
const ASK_EVERY_MS = 250;
/** Agents and minutes are bounded, as they are in a life of a fleet. */
const AGENTS = 200;
/** Every so many batches an agent is slow for all of one, so that alerts fire and end. */
const SLOW_EVERY = 40;
const QUESTIONS = [
  '/summary',
  '/summary?window=1h&sort=p95Ms',
  '/trends?agentId=agent-1&period=hour&lookback=24',
  '/trends?agentId=agent-2&period=minute&lookback=60',
  '/compare?agentIds=agent-1,agent-2',
  '/alerts',
  '/alerts/stats',
  '/status',
  '/metrics?limit=50',
  '/agents/agent-3',
];

export const recordsPerBatch = BATCH;

export class Traffic {
  readonly errors: string[] = [];
  private sent = 0;

  constructor(
    private readonly url: string,
    private readonly onError: (what: string) => void,
  ) {}

  /** Stores one batch. @returns whether it was taken */
  async post(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}${API}/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: this.batch(),
      });
      await answer.text();
      if (answer.status !== 200) this.fail(`POST /metrics: ${answer.status}`);
      return answer.status === 200;
    } catch (error) {
      this.fail(`POST /metrics: ${String(error)}`);
      return false;
    }
  }

  /** Batches per second that it takes when it is given all it can take. */
  async calibrate(): Promise<number> {
    const untilMs = performance.now() + CALIBRATE_MS;
    let taken = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() < untilMs) if (await this.post()) taken += 1;
    };
    await Promise.all(Array.from({ length: LANES * 2 }, lane));
    return taken / (CALIBRATE_MS / 1000);
  }

  /** Everything at once until then. @param perSecond batches */
  async run(perSecond: number, untilMs: number): Promise<void> {
    const leave = this.listen(untilMs);
    await Promise.all([this.load(perSecond, untilMs), this.ask(untilMs)]);
    leave();
  }

  private async load(perSecond: number, untilMs: number): Promise<void> {
    const pauseMs = (1000 * LANES) / perSecond;
    const lane = async (place: number): Promise<void> => {
      let dueMs = performance.now() + (pauseMs * place) / LANES;
      while (performance.now() < untilMs) {
        await sleep(Math.max(0, dueMs - performance.now()));
        await this.post();
        // What was missed is not made up for: half the load, not a backlog.
        dueMs = Math.max(dueMs + pauseMs, performance.now());
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, place) => lane(place)));
  }

  private async ask(untilMs: number): Promise<void> {
    for (let turn = 0; performance.now() < untilMs; turn += 1) {
      const path = QUESTIONS[turn % QUESTIONS.length] ?? '';
      try {
        const answer = await fetch(`${this.url}${API}${path}`);
        await answer.text();
        if (answer.status !== 200) this.fail(`GET ${path}: ${answer.status}`);
      } catch (error) {
        this.fail(`GET ${path}: ${String(error)}`);
      }
      await sleep(ASK_EVERY_MS);
    }
  }

  /** Clients that stay, and others by both doors that come, want one agent, and go. */
  private listen(untilMs: number): () => void {
    const staying = Array.from({ length: LIVE_CLIENTS }, () => this.open());
    let guests = 0;
    const coming = setInterval(() => {
      if (performance.now() > untilMs) return;
      guests += 1;
      if (guests % 2 === 0) this.visitPlain(guests);
      else this.visitSocketIo(guests);
    }, GUEST_EVERY_MS);
    return () => {
      clearInterval(coming);
      for (const socket of staying) socket.terminate();
    };
  }

  private open(): WebSocket {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/agent-performance`);
    socket.on('error', (error) => this.fail(`live: ${error.message}`));
    socket.on('message', () => undefined);
    return socket;
  }

  private visitPlain(nth: number): void {
    const guest = this.open();
    guest.once('open', () => {
      guest.send(
        JSON.stringify({ type: 'subscribe', agentIds: [`agent-${nth % AGENTS}`], snapshot: true }),
      );
      setTimeout(() => guest.close(), ASK_EVERY_MS);
    });
  }

  private visitSocketIo(nth: number): void {
    const guest = io(`${this.url}/agent-performance`, {
      transports: nth % 3 === 0 ? ['polling'] : ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    guest.on('connect_error', (error) => this.fail(`live: ${error.message}`));
    guest.once('connect', () => {
      guest.emit('subscribe', { agentIds: [`agent-${nth % AGENTS}`], rate: 1 + (nth % 9) });
      setTimeout(() => guest.disconnect(), ASK_EVERY_MS);
    });
  }

  private batch(): string {
    const now = Date.now();
    this.sent += 1;
    const slow = this.sent % SLOW_EVERY === 0 ? this.sent % AGENTS : -1;
    const records = Array.from({ length: BATCH }, (_, index) => {
      const agent = slow >= 0 ? slow : Math.floor(Math.random() * AGENTS);
      return {
        agentId: `agent-${agent}`,
        agentType: 'cognitive',
        taskId: `task-${index}`,
        taskType: 'soak',
        complexity: 1 + (index % 5),
        status: index % 50 === 0 ? 'failure' : 'success',
        endedAt: new Date(now).toISOString(),
        durationMs: slow >= 0 ? 20_000 : 100 + Math.random() * 900,
        cpuPercent: 20 + Math.random() * 20,
        memoryMb: 200,
      };
    });
    return JSON.stringify(records);
  }

  private fail(what: string): void {
    this.errors.push(what);
    this.onError(what);
  }
}
