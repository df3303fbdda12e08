/** What is used of `fetch`, in words of our own: the types of Node or of a browser need not be there. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
  redirect: 'manual';
  signal: AbortSignalLike;
}

/** An `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

export interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** What is used of a WebSocket. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((this: never, event: never) => void) | null;
  onmessage: ((this: never, event: never) => void) | null;
  onclose: ((this: never, event: never) => void) | null;
  onerror: ((this: never, event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type SocketClass = new (url: string, options?: never) => SocketLike;
