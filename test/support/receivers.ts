import { createServer as createHttpServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.js';

/** What an HTTP receiver was sent. */
export interface Received {
  atMs: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Respond = (response: ServerResponse, nth: number) => void | Promise<void>;

/** An HTTP server on loopback that keeps what it gets and answers as told. */
export class HttpReceiver {
  readonly received: Received[] = [];
  respond: Respond = (response) => void response.writeHead(204).end();
  private constructor(
    private readonly server: Server,
    /** 127.0.0.1:port */
    readonly address: string,
  ) {}

  static async listen(): Promise<HttpReceiver> {
    // eslint-disable-next-line prefer-const
    let receiver: HttpReceiver;
    const server = createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        const body = Buffer.concat(chunks).toString();
        receiver.received.push({ atMs: performance.now(), method, path, headers, body });
        void receiver.respond(response, receiver.received.length);
      });
    });
    receiver = new HttpReceiver(server, await listening(server));
    return receiver;
  }

  url(path = '/'): string {
    return `http://${this.address}${path}`;
  }

  bodies<T>(): T[] {
    return this.received.map(({ body }) => JSON.parse(body) as T);
  }

  close(): Promise<void> {
    return closed(this.server);
  }
}

export interface ReceivedMail {
  from: string;
  to: string[];
  data: string;
}

/** An SMTP server on loopback (RFC 5321, without extensions): takes every mail, or refuses all. */
export class SmtpReceiver {
  readonly mails: ReceivedMail[] = [];
  /** Answer to the recipients in place of 250. */
  recipientReply = '250 ok';
  /** Every command line, in order. */
  readonly commands: string[] = [];
  /** Says nothing at all, not even hello. */
  mute = false;
  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async listen(): Promise<SmtpReceiver> {
    // eslint-disable-next-line prefer-const
    let receiver: SmtpReceiver;
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      if (!receiver.mute) receiver.converse(socket);
    });
    receiver = new SmtpReceiver(server, await listening(server));
    return receiver;
  }

  get port(): number {
    return Number(this.address.split(':')[1]);
  }

  close(): Promise<void> {
    return closed(this.server);
  }

  private converse(socket: Socket): void {
    let mail: ReceivedMail = { from: '', to: [], data: '' };
    let pending = '';
    let inData = false;
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    say('220 test');
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString();
      for (;;) {
        const end = inData ? pending.indexOf('\r\n.\r\n') : pending.indexOf('\r\n');
        if (end < 0) return;
        const text = pending.slice(0, end);
        pending = pending.slice(end + (inData ? 5 : 2));
        if (!inData) this.commands.push(text);
        if (inData) {
          this.mails.push({ ...mail, data: text.replaceAll('\r\n..', '\r\n.') });
          mail = { from: '', to: [], data: '' };
          inData = false;
          say('250 kept');
        } else if (/^MAIL FROM:/i.test(text)) {
          mail.from = /<(.*?)>/.exec(text)?.[1] ?? '';
          say('250 ok');
        } else if (/^RCPT TO:/i.test(text)) {
          mail.to.push(/<(.*?)>/.exec(text)?.[1] ?? '');
          say(this.recipientReply);
        } else if (/^DATA/i.test(text)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(text)) {
          say('221 bye');
          socket.end();
        } else if (/^STARTTLS/i.test(text)) {
          say('454 no encryption here');
        } else {
          say('250 test');
        }
      }
    });
  }
}

/** Waits for something to become true, however slow the machine is. */
export async function until(
  what: () => boolean | Promise<boolean>,
  limitMs = PATIENCE_MS,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await what())) {
    if (performance.now() > endMs)
      throw new Error(`Not so within ${limitMs} ms: ${what.toString()}`);
    await sleep(10);
  }
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  openSockets.set(server, sockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  for (const socket of openSockets.get(server) ?? []) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

const openSockets = new WeakMap<Server, Set<Socket>>();
