import { LIVE_KINDS, LIVE_PATH, REVOKED_CLOSING } from '@app/contracts';
import type { LiveEvents, LiveKind } from '@app/contracts';
import { Emitter } from './emitter.js';
import type { Timer } from './timer.js';
import { StreamBuffer } from './stream-buffer.js';
import { StreamRefusedError } from './stream-events.js';
import type {
  LiveEvent,
  Resync,
  StreamEvent,
  StreamFilter,
  StreamStateEvents,
  Summary,
} from './stream-events.js';
import { StreamLink } from './stream-link.js';
import { streamSettingsOf } from './stream-options.js';
import type { StreamOptions, StreamSettings, StreamSignal } from './stream-options.js';
import { refusalOf } from './stream-refusal.js';

const PROBE_PATH = '/api/v1/agent-performance/agents';
const FIRST_RETRY_MS = 500;
const KINDS: ReadonlySet<string> = new Set(LIVE_KINDS);

/** Why a subscription was sent, by the id of its request. */
type Purpose = 'begin' | 'change' | 'snapshot';

/** The number of the last event that was heard, and whose numbers they are. */
interface Position {
  stream: string | undefined;
  seq: number;
}

/** As this and older servers say it: older ones name no stream, resume nothing and send no batches. */
type Welcome = Pick<LiveEvents['welcome'], 'seq'> & { stream?: string };
type Subscribed = Partial<Position> & { resumed?: boolean };

/**
 * The live events of a project, for a `for await` loop. It connects by itself and again after every
 * loss, with growing, random pauses; goes on where it stopped, or says `resync` where that cannot
 * be; and never throws but a {@link StreamRefusedError}. One loop at a time; leaving it closes the
 * stream.
 */
export class PerformanceStream<State = undefined>
  extends Emitter<StreamStateEvents>
  implements AsyncIterable<StreamEvent<State>>
{
  private readonly settings: StreamSettings;
  private readonly buffer: StreamBuffer;
  private readonly readState: StreamOptions<State>['readState'];
  private readonly signal: StreamSignal | undefined;
  private filter: StreamFilter;
  private link: StreamLink | null = null;
  private welcome: Welcome | null = null;
  private position: Position | null = null;
  private readonly purposes = new Map<string, Purpose>();
  private requests = 0;
  private failures = 0;
  private hearing = false;
  private retryTimer: Timer | null = null;
  private refusal: StreamRefusedError | null = null;
  private over = false;
  private wake: (() => void) | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly abort = (): void => this.close();

  /**
   * Begins to connect.
   * @throws TypeError if `url` is no http address, or there is no WebSocket class
   * @throws RangeError if a number is not positive
   */
  constructor(options: StreamOptions<State>) {
    super();
    this.settings = streamSettingsOf(options, LIVE_PATH, PROBE_PATH);
    this.buffer = new StreamBuffer(this.settings.maxBuffer, this.settings.overflow);
    this.readState = options.readState;
    this.filter = filterOf(options);
    this.signal = options.signal;
    if (this.signal?.aborted) {
      this.over = true;
      return;
    }
    this.signal?.addEventListener('abort', this.abort);
    this.connect();
  }

  /** Whether events flow now. */
  get isConnected(): boolean {
    return this.hearing;
  }

  /** Events that this program was too slow for, since the stream was made. */
  get missed(): number {
    return this.buffer.missed;
  }

  /** Hears something else from now on; the connection stays. */
  subscribe(filter: StreamFilter): void {
    this.filter = filterOf(filter);
    if (this.hearing) this.ask('change');
  }

  /** Does not wait any longer for the next attempt to connect. */
  reconnect(): void {
    if (this.retryTimer === null) return;
    clearTimeout(this.retryTimer);
    this.connect();
  }

  /** Ends the connection and the loop. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.signal?.removeEventListener('abort', this.abort);
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.hearing = false;
    this.link?.close();
    this.wake?.();
    this.tell('closed');
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamEvent<State>, undefined> {
    return {
      next: () => {
        const next = this.turn.then(() => this.take());
        this.turn = next.catch(() => undefined);
        return next;
      },
      return: () => {
        this.close();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  private async take(): Promise<IteratorResult<StreamEvent<State>, undefined>> {
    while (!this.over) {
      const event = this.buffer.take() as StreamEvent<State> | undefined;
      if (event === undefined) {
        if (this.refusal !== null) {
          this.close();
          throw this.refusal;
        }
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      if (event.type !== 'resync' || this.readState === undefined) {
        return { done: false, value: event };
      }
      const read = await this.stateOf(this.readState);
      if (read !== null) return { done: false, value: { ...event, state: read.state } };
    }
    return { done: true, value: undefined };
  }

  /** @returns null when the stream was closed before the state could be read */
  private async stateOf(read: () => State | Promise<State>): Promise<{ state: State } | null> {
    for (let failures = 1; !this.over; failures += 1) {
      try {
        return { state: await read() };
      } catch {
        // The program's own business; without the state the events would mean nothing.
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, this.pauseMs(failures));
          this.wake = () => {
            if (!this.over) return;
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
    return null;
  }

  private connect(): void {
    this.retryTimer = null;
    this.welcome = null;
    try {
      this.link = new StreamLink(this.settings, {
        message: (type, data, seq) => this.hear(type, data, seq),
        ended: (code, reason) => void this.lose(code, reason),
      });
    } catch (error) {
      // A key with characters that no subprotocol may have, say: it will be no better later.
      this.refuse(new StreamRefusedError('invalid-request', String(error)));
    }
  }

  private hear(type: string, data: unknown, seq: number | undefined): void {
    if (KINDS.has(type)) return this.event({ type: type as LiveKind, data, seq } as LiveEvent);
    switch (type) {
      case 'batch':
        for (const event of data as LiveEvent[]) this.event(event);
        return;
      case 'performance:summary':
        if (this.hearing) this.push({ type, data: data as Summary['data'] });
        return;
      case 'resync':
        return this.resync(data as LiveEvents['resync']);
      case 'welcome':
        this.welcome = data as Welcome;
        return this.ask('begin');
      case 'reply':
        return this.answered(data as { requestId?: string; data: Subscribed });
      case 'error': {
        const { requestId = '', code, detail } = data as LiveEvents['error'];
        if (this.purposes.has(requestId)) this.refuse(new StreamRefusedError(code, detail));
        return;
      }
      default:
      // Newer servers may say more.
    }
  }

  private event(event: LiveEvent): void {
    // Before the answer to the subscription it is not known what they belong to.
    if (!this.hearing || this.position === null) return;
    // Said again after a reconnection.
    if (event.seq <= this.position.seq) return;
    this.position.seq = event.seq;
    this.push(event);
  }

  private push(event: StreamEvent<unknown>): void {
    this.buffer.push(event);
    this.wake?.();
  }

  private resync({ reason, missed }: Resync<unknown>['data']): void {
    if (!this.hearing) return;
    this.buffer.resync(reason, missed);
    this.wake?.();
    if (this.settings.snapshot) this.ask('snapshot');
  }

  private ask(purpose: Purpose): void {
    const { stream } = this.welcome ?? {};
    this.requests += 1;
    const requestId = `s${this.requests}`;
    this.purposes.set(requestId, purpose);
    const { position } = this;
    const since = purpose === 'begin' && position?.stream !== undefined && { since: position };
    const modern = { batch: true, ...since, ...(purpose === 'snapshot' && { snapshot: true }) };
    if (stream === undefined && purpose === 'snapshot') return;
    const named = stream === undefined ? {} : modern;
    this.link?.send({ type: 'subscribe', requestId, ...this.filter, ...named });
  }

  private answered({ requestId = '', data }: { requestId?: string; data: Subscribed }): void {
    const purpose = this.purposes.get(requestId);
    this.purposes.delete(requestId);
    if (purpose !== 'begin' || this.welcome === null) return;
    const isFirst = this.position === null;
    const stream = data.stream ?? this.welcome.stream;
    const seq = data.seq ?? this.welcome.seq;
    const isWhole = data.resumed ?? (stream === undefined && this.position?.seq === seq);
    const before = this.position?.stream;
    if (!isWhole) this.position = { stream, seq };
    this.failures = 0;
    this.hearing = true;
    if (isFirst) this.resync({ reason: 'start', missed: 0 });
    else if (!isWhole)
      this.resync({
        reason: stream !== undefined && stream === before ? 'expired' : 'restart',
        missed: 0,
      });
    this.tell('connected');
  }

  private async lose(code: number, reason: string): Promise<void> {
    const wasWelcome = this.welcome !== null;
    this.link = null;
    this.hearing = false;
    this.purposes.clear();
    if (code === REVOKED_CLOSING.code && reason === REVOKED_CLOSING.reason) {
      return this.refuse(new StreamRefusedError(reason, 'The key has been revoked or has expired'));
    }
    if (!wasWelcome) {
      // A WebSocket does not tell why it was refused.
      const refusal = await refusalOf(this.settings);
      if (this.over) return;
      if (refusal !== null) return this.refuse(refusal);
    }
    if (this.over) return;
    this.failures += 1;
    const retryInMs = this.pauseMs(this.failures);
    this.retryTimer = setTimeout(() => this.connect(), retryInMs);
    this.tell('disconnected', { reason: reason === '' ? `closed (${code})` : reason, retryInMs });
  }

  private refuse(refusal: StreamRefusedError): void {
    this.refusal = refusal;
    this.hearing = false;
    this.link?.close();
    this.link = null;
    this.wake?.();
  }

  /** "Full jitter": a server that comes back is not met by all its clients at once. */
  private pauseMs(failures: number): number {
    const bound = Math.min(this.settings.maxRetryMs, FIRST_RETRY_MS * 2 ** Math.min(failures, 16));
    return this.settings.random() * bound;
  }
}

/** Of options, or of what a program hands on, only what the server knows. */
function filterOf({
  agentIds,
  agentTypes,
  events,
  severities,
  rate,
  mode,
}: StreamFilter): StreamFilter {
  return {
    ...(agentIds && { agentIds }),
    ...(agentTypes && { agentTypes }),
    ...(events && { events }),
    ...(severities && { severities }),
    ...(rate !== undefined && { rate }),
    ...(mode && { mode }),
  };
}
