import { FakeStreamServer } from './fake-stream-server.js';
import { PerformanceStream } from './performance-stream.js';
import type { StreamEvent } from './stream-events.js';
import type { StreamOptions } from './stream-options.js';

/** What a loop got, written shortly. */
export interface Followed {
  got: string[];
  error?: unknown;
  done: boolean;
}

/** Streams of a test and the server that they speak to. */
export class StreamBench {
  readonly server = new FakeStreamServer();
  /** The answer to the question why a connection is refused. */
  status = 200;
  body = '{}';
  readonly probes: { url: string; headers: Record<string, string> }[] = [];
  private readonly streams: PerformanceStream<never>[] = [];

  open<State = undefined>(options: Partial<StreamOptions<State>> = {}): PerformanceStream<State> {
    const stream = new PerformanceStream<State>({
      url: 'http://tracker:9999',
      webSocket: this.server.webSocket,
      random: () => 0.5,
      fetch: (url, { headers }) => {
        this.probes.push({ url, headers });
        return Promise.resolve({
          ok: this.status < 400,
          status: this.status,
          headers: { get: () => null },
          text: () => Promise.resolve(this.body),
        });
      },
      ...options,
    });
    this.streams.push(stream as PerformanceStream<never>);
    return stream;
  }

  follow<State>(stream: PerformanceStream<State>): Followed {
    const heard: Followed = { got: [], done: false };
    const run = async (): Promise<void> => {
      for await (const event of stream) heard.got.push(short(event));
      heard.done = true;
    };
    run().catch((error: unknown) => (heard.error = error));
    return heard;
  }

  close(): void {
    for (const stream of this.streams.splice(0)) stream.close();
  }
}

/** An event as a line of a test. */
export function short(event: StreamEvent<unknown>): string {
  if (event.type === 'performance:summary') return 'summary';
  if (event.type !== 'resync') return `${event.type.replace('performance:', '')} ${event.seq}`;
  const state = event.state === undefined ? '' : ` ${JSON.stringify(event.state)}`;
  return `resync ${event.data.reason} ${event.data.missed}${state}`;
}
