/** Many clients in a process of their own; told what to do by messages from the bench. */
import { LightSocket } from './socket.js';

export interface ClientsOptions {
  port: number;
  /** What listens there: our plain door, our Socket.IO door, or a bare server of either kind. */
  door: 'plain' | 'socket.io' | 'bare ws' | 'bare socket.io';
  clients: number;
  /** For our doors. */
  subscription: object;
  /** Of these, so many read nothing after they have subscribed. */
  stalled: number;
}

export interface Counted {
  clients: number;
  frames: number;
  /** Events, as the clients that read everything count them, times all clients that read. */
  events: number;
  /** Fewest and most events that one of those got. */
  fewest: number;
  /** Most events that one of those was told it missed. */
  missed: number;
  most: number;
  bytes: number;
  latenciesMs: number[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as ClientsOptions;
/** Every so many clients one looks into what it gets; the others count. */
const LOOKING = Math.max(1, Math.floor(options.clients / 20));
const MARK = '"endedAt":"';

class Client {
  events = 0;
  /** Events that it was told it missed. */
  missed = 0;
  latenciesMs: number[] = [];
  socket!: LightSocket;
  private ready!: () => void;
  private readonly whenReady = new Promise<void>((resolve) => (this.ready = resolve));

  constructor(private readonly isLooking: boolean) {}

  async open(): Promise<void> {
    const { port, door } = options;
    const path = {
      plain: '/agent-performance?hold=1',
      'socket.io': '/socket.io/?EIO=4&transport=websocket',
      'bare ws': '/',
      'bare socket.io': '/socket.io/?EIO=4&transport=websocket',
    }[door];
    this.socket = await LightSocket.open(port, path, (text, socket) => this.hear(text, socket));
    if (door === 'bare ws') this.ready();
    await this.whenReady;
  }

  private hear(text: Buffer, socket: LightSocket): void {
    // What comes right behind the handshake is heard before that has been awaited.
    this.socket = socket;
    if (options.door === 'plain') {
      if (text.length < 400 && text.includes('"type":"welcome"')) {
        this.socket.send(JSON.stringify({ type: 'subscribe', ...options.subscription }));
      } else if (text.length < 600 && text.includes('"type":"reply"')) this.ready();
    } else if (options.door !== 'bare ws' && this.hearEngine(text)) return;
    if (!this.isLooking) return;
    const told = text.length < 300 && /resync.*"missed":(\d+)/.exec(text.toString('latin1'));
    if (told) this.missed += Number(told[1]);
    const nowMs = Date.now();
    for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length)) {
      const from = at + MARK.length;
      this.events += 1;
      this.latenciesMs.push(nowMs - Date.parse(text.toString('latin1', from, from + 24)));
    }
  }

  /** @returns whether it was a matter of the protocol */
  private hearEngine(text: Buffer): boolean {
    const namespace = options.door === 'socket.io' ? '/agent-performance,' : '';
    const start = text.toString('latin1', 0, Math.min(text.length, 60));
    if (start.startsWith('0')) this.socket.send(`40${namespace}${namespace ? '{"hold":"1"}' : ''}`);
    else if (start.startsWith('40')) {
      if (!namespace) this.ready();
    } else if (start === '2') this.socket.send('3');
    else if (start.includes('["welcome"')) {
      this.socket.send(`42${namespace}["subscribe",${JSON.stringify(options.subscription)}]`);
    } else if (start.includes('["reply"')) this.ready();
    else return false;
    return true;
  }
}

const clients = Array.from(
  { length: options.clients },
  (_, index) => new Client(index % LOOKING === 0 && index >= options.stalled),
);
for (let at = 0; at < clients.length; at += 100) {
  await Promise.all(clients.slice(at, at + 100).map((client) => client.open()));
}
for (const client of clients.slice(0, options.stalled)) client.socket.stall();
process.send?.('ready');

process.on('message', (order) => {
  if (order === 'reset') {
    for (const client of clients) {
      client.socket.reset();
      client.events = 0;
      client.missed = 0;
      client.latenciesMs = [];
    }
    process.send?.('ok');
    return;
  }
  const reading = clients.slice(options.stalled);
  const looking = reading.filter((_, index) => (index + options.stalled) % LOOKING === 0);
  const sum = (of: (client: Client) => number): number =>
    reading.reduce((total, client) => total + of(client), 0);
  const counted: Counted = {
    clients: reading.length,
    frames: sum(({ socket }) => socket.frames),
    events: (looking.reduce((n, { events }) => n + events, 0) / looking.length) * reading.length,
    fewest: Math.min(...looking.map(({ events }) => events)),
    missed: Math.max(...looking.map(({ missed }) => missed)),
    most: Math.max(...looking.map(({ events }) => events)),
    bytes: sum(({ socket }) => socket.bytes),
    latenciesMs: looking.flatMap(({ latenciesMs }) => latenciesMs),
  };
  process.send?.(counted);
});
process.on('disconnect', () => process.exit(0));
