import type { SocketLike } from './web-like.js';
import type { StreamSocketClass } from './stream-options.js';

type Handler = ((event: never) => void) | null;

/** One connection as the server sees it. */
export class FakeStreamSocket implements SocketLike {
  readyState = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly asked: Record<string, unknown>[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
    private readonly server: FakeStreamServer,
  ) {}

  send(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.asked.push(message);
    this.server.answer(this, message);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  say(type: string, data: unknown, seq?: number): void {
    this.onmessage?.({ data: JSON.stringify({ type, data, seq }) } as never);
  }

  sayRaw(data: string): void {
    this.onmessage?.({ data } as never);
  }

  drop(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason } as never);
  }
}

/** Speaks the live protocol as far as a stream hears it; what it says is up to the test. */
export class FakeStreamServer {
  readonly sockets: FakeStreamSocket[] = [];
  /** Names the numbers; undefined: a server of before they had names. */
  stream: string | undefined = 'one';
  seq = 100;
  accepts = true;
  answers = true;
  /** Whether what is asked for with `since` can be told. */
  resumes = (since: { stream: string }): boolean => since.stream === this.stream;

  readonly webSocket: StreamSocketClass = ((): StreamSocketClass => {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a constructor has its own
    const server = this;
    return class extends FakeStreamSocket {
      constructor(url: string, protocols: string[] = []) {
        super(url, protocols, server);
        server.sockets.push(this);
        queueMicrotask(() => {
          if (!server.accepts) return this.drop();
          this.open();
          this.say('welcome', { project: 'default', stream: server.stream, seq: server.seq });
        });
      }
    };
  })();

  get last(): FakeStreamSocket {
    return this.sockets.at(-1) as FakeStreamSocket;
  }

  answer(
    socket: FakeStreamSocket,
    { type, requestId, since, ...rest }: Record<string, unknown>,
  ): void {
    if (!this.answers) return;
    if (type === 'ping') return socket.say('pong', { requestId });
    if (this.stream === undefined && ('batch' in rest || since !== undefined)) {
      return socket.say('error', {
        requestId,
        code: 'invalid-request',
        detail: 'batch is not known',
      });
    }
    const resumed =
      since === undefined ? {} : { resumed: this.resumes(since as { stream: string }) };
    const numbers = this.stream === undefined ? {} : { stream: this.stream, seq: this.seq };
    socket.say('reply', { requestId, data: { ...rest, ...numbers, ...resumed } });
  }

  /** A task of an agent ends. */
  complete(agentId: string, seq = (this.seq += 1)): void {
    this.last.say('performance:taskCompleted', { agentId, executionId: `e${seq}` }, seq);
  }
}
