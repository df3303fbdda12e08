import type { FetchAnswer, FetchInit, SocketLike } from './web-like.js';
import type { StreamFilter } from './stream-events.js';

/** An `AbortSignal`. */
export interface StreamSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A WebSocket class like that of browsers; that of the package ws is one. */
export type StreamSocketClass = new (url: string, protocols?: string[]) => SocketLike;

type Fetch = (
  this: void,
  url: string,
  init: Pick<FetchInit, 'method' | 'headers' | 'signal'>,
) => Promise<FetchAnswer>;

export interface StreamOptions<State> extends StreamFilter {
  /** Where the tracker's server is, for example `http://127.0.0.1:9999`. */
  url: string;
  /** Project slug; the server's default project when absent. */
  project?: string;
  /** A key with the scope `read`. It travels as a subprotocol, since browsers set no headers. */
  apiKey?: string;
  /**
   * Reads the state that events change, from wherever the program likes. Called when the loop
   * reaches a `resync`, also the one of the start; tried again until it succeeds.
   */
  readState?: () => State | Promise<State>;
  /** Whether the server's figures of all agents come with the start and each `resync`. */
  snapshot?: boolean;
  /** Most events that wait for the loop. Default 10,000. */
  maxBuffer?: number;
  /**
   * What to leave out beyond that. `oldest` (default): the oldest, replaced by a `resync` that
   * counts them. `superseded`: first of each kind all but the newest of each agent, or alert.
   */
  overflow?: 'oldest' | 'superseded';
  /** Ends the stream, and the loop with it. */
  signal?: StreamSignal;
  /** Longest pause between two attempts to connect, milliseconds. Default 10,000. */
  maxRetryMs?: number;
  /** For a connection to be made, and for a server that is silent to answer, milliseconds. Default 10,000. */
  timeoutMs?: number;
  /** Silence after which the server is asked for a sign of life, milliseconds. Default 20,000. */
  silenceMs?: number;
  /** Default: the global one, where there is one: in browsers and from Node 22. */
  webSocket?: StreamSocketClass;
  /** Default: the global one. Asks why a connection is refused, which a WebSocket does not tell. */
  fetch?: Fetch;
  /** Uniform in [0, 1): spreads the attempts. */
  random?: () => number;
}

export interface StreamSettings {
  socketUrl: string;
  /** Answers like the stream would: whether the key and the project are good. */
  probeUrl: string;
  apiKey: string | undefined;
  maxBuffer: number;
  overflow: 'oldest' | 'superseded';
  snapshot: boolean;
  maxRetryMs: number;
  timeoutMs: number;
  silenceMs: number;
  webSocket: StreamSocketClass;
  fetch: Fetch;
  random: () => number;
}

/**
 * Options with their defaults.
 * @throws TypeError if `url` is no http address, or there is no WebSocket class
 * @throws RangeError if a number is not positive
 */
export function streamSettingsOf(
  options: StreamOptions<unknown>,
  path: string,
  probePath: string,
): StreamSettings {
  const webSocket =
    options.webSocket ?? (globalThis as { WebSocket?: StreamSocketClass }).WebSocket;
  if (webSocket === undefined) {
    throw new TypeError('There is no WebSocket class here; give one as `webSocket`');
  }
  const settings: StreamSettings = {
    socketUrl: holding(addressOf(options, path)).replace(/^http/, 'ws'),
    probeUrl: addressOf(options, probePath),
    apiKey: options.apiKey,
    maxBuffer: options.maxBuffer ?? 10_000,
    overflow: options.overflow ?? 'oldest',
    snapshot: options.snapshot ?? false,
    maxRetryMs: options.maxRetryMs ?? 10_000,
    timeoutMs: options.timeoutMs ?? 10_000,
    silenceMs: options.silenceMs ?? 20_000,
    webSocket,
    fetch: options.fetch ?? ((url, init) => fetch(url, init as RequestInit)),
    random: options.random ?? Math.random,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value > 0)) {
      throw new RangeError(`${name} must be greater than 0, not ${value}`);
    }
  }
  return settings;
}

function addressOf({ url, project }: StreamOptions<unknown>, path: string): string {
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError(`not an http address: ${url}`);
  const address = new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base);
  if (project !== undefined) address.searchParams.set('project', project);
  return address.href;
}

/** Nothing is to be told before the subscription says what is wanted. */
function holding(address: string): string {
  const url = new URL(address);
  url.searchParams.set('hold', '1');
  return url.href;
}
