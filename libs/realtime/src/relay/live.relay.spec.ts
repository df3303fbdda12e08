import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventBus } from '@app/platform';
import type { StoredExecution } from '@app/platform';
import type { Namespace } from 'socket.io';

import { aRunningExecution, aStoredExecution, anAlertChange } from '../../test/live.fixtures.js';
import type { LiveAudience } from './live.audience.js';
import { LiveRelay } from './live.relay.js';
import type { RelayBus, RelayBusEvents } from './relay.bus.js';
import type { RelayedNews } from './relay.message.js';

/** What all processes are connected to. Each message can be lost or delayed. */
class Wire {
  readonly members = new Map<FakeBus, RelayBusEvents>();
  readonly texts: string[] = [];
  /** Milliseconds that a message takes; null: it is lost. */
  delayOf: (text: string, number: number) => number | null = () => 1;

  say(from: FakeBus, text: string): void {
    this.texts.push(text);
    const delayMs = this.delayOf(text, this.texts.length);
    if (delayMs === null) return;
    setTimeout(() => {
      for (const [bus, events] of this.members) {
        if (bus !== from && bus.isUp) events.heard(text);
      }
    }, delayMs);
  }

  get news(): string[] {
    return this.texts.filter((text) => text.includes('"kind":"news"'));
  }
}

class FakeBus implements RelayBus {
  isUp = true;
  isBusy = false;
  constructor(private readonly wire: Wire) {}
  open(events: RelayBusEvents): void {
    this.wire.members.set(this, events);
    setTimeout(() => events.connected(), 1);
  }
  send(text: string): void {
    if (this.isUp) this.wire.say(this, text);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A server process with one project's clients. */
class Process {
  readonly events = new EventBus();
  readonly bus: FakeBus;
  readonly told: RelayedNews[] = [];
  readonly gaps: (ReadonlyMap<string, number> | 'unknown')[] = [];
  readonly relay: LiveRelay;
  clients = new Set<string>();

  constructor(wire: Wire) {
    this.bus = new FakeBus(wire);
    const audience: LiveAudience = {
      hear: (news) => this.told.push(news),
      missed: (events) => this.gaps.push(events),
      isHeard: (project) => this.clients.has(project),
    };
    this.relay = new LiveRelay(this.events, audience, () => this.bus);
    this.relay.join({} as Namespace);
  }

  get heard(): string[] {
    return this.told.map((news) =>
      news.kind === 'alert'
        ? `alert ${news.change.alert.id}`
        : `${news.kind} ${news.execution.taskId}`,
    );
  }

  async attend(project = 'default'): Promise<void> {
    const attending = this.relay.attend(project);
    await pass(1000);
    await attending;
    this.clients.add(project);
  }

  store(taskId: string, over: Partial<StoredExecution> = {}): void {
    this.events.publish('executionsStored', [
      aStoredExecution({ taskId, executionId: taskId, ...over }),
    ]);
  }
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe(LiveRelay.name, () => {
  let wire: Wire;
  let a: Process;
  let b: Process;

  beforeEach(async () => {
    jest.useFakeTimers();
    wire = new Wire();
    a = new Process(wire);
    b = new Process(wire);
    await pass(300);
  });
  afterEach(async () => {
    await Promise.all([a, b].map(({ relay }) => relay.onApplicationShutdown()));
    jest.useRealTimers();
  });

  it('takes news of every kind to the clients of the other process, in order, once', async () => {
    await b.attend();
    a.events.publish('executionsStarted', [
      aRunningExecution({ taskId: 'one', executionId: 'one' }),
    ]);
    a.store('one');
    a.events.publish('alertChanged', anAlertChange({ id: 'slow' }));
    await pass(300);
    expect(b.heard).toEqual(['started one', 'stored one', 'alert slow']);
    expect(a.heard).toEqual([]);
    expect(b.gaps).toEqual([]);
  });

  it('keeps every field of an execution that clients are told', async () => {
    await b.attend();
    const { agentKey, ...execution } = aStoredExecution({ metadata: { a: [1, 'x'] } });
    a.events.publish('executionsStored', [{ agentKey, ...execution }]);
    await pass(300);
    expect(b.told).toEqual([{ kind: 'stored', execution }]);
  });

  it('sends nothing that nobody wants', async () => {
    a.store('unheard');
    await pass(300);
    await b.attend('other');
    a.store('unheard too');
    await pass(300);
    expect(wire.news).toEqual([]);
    // A client that comes later has read it by REST: no gap.
    expect(b.gaps).toEqual([]);
  });

  it('says next to nothing while it is alone', async () => {
    await b.relay.onApplicationShutdown();
    await pass(300);
    const before = wire.texts.length;
    await a.attend();
    for (let i = 0; i < 600; i += 1) {
      a.store(`task ${i}`);
      await pass(100);
    }
    expect(wire.texts.length - before).toBeLessThanOrEqual(4);
  });

  it('gathers a flood into at most ten batches a second', async () => {
    await b.attend();
    const before = wire.news.length;
    for (let i = 0; i < 1000; i += 1) {
      a.store(`task ${i}`);
      await pass(1);
    }
    await pass(200);
    expect(wire.news.length - before).toBeLessThanOrEqual(11);
    expect(b.heard).toEqual(Array.from({ length: 1000 }, (_, i) => `stored task ${i}`));
  });

  it('waits with news while the bus is busy, and says what there was no room for', async () => {
    await b.attend();
    a.bus.isBusy = true;
    for (let i = 0; i < 20_001; i += 1) a.store(`task ${i}`);
    await pass(500);
    expect(wire.news).toEqual([]);
    a.bus.isBusy = false;
    await pass(500);
    const [missed] = b.gaps;
    const lost = (missed as ReadonlyMap<string, number>).get('default') ?? 0;
    expect(lost / 2 + b.heard.length).toBe(20_001);
    expect(b.heard.at(-1)).toBe('stored task 20000');
  });

  it('puts in order what arrives out of order', async () => {
    await b.attend();
    wire.delayOf = (text) => (text.includes('first') ? 400 : 1);
    a.store('first');
    await pass(150);
    a.store('second');
    await pass(150);
    expect(b.heard).toEqual([]);
    await pass(200);
    expect(b.heard).toEqual(['stored first', 'stored second']);
    expect(b.gaps).toEqual([]);
  });

  it('has clients read the state again when a message is lost, though it was the last', async () => {
    await b.attend();
    wire.delayOf = (text) => (text.includes('lost') ? null : 1);
    a.store('lost');
    await pass(8000);
    expect(b.gaps).toEqual(['unknown']);
    a.store('next');
    await pass(8000);
    expect(b.heard).toEqual(['stored next']);
    expect(b.gaps).toHaveLength(1);
  });

  it('has clients read the state again when a process is gone without a word', async () => {
    await b.attend();
    a.bus.isUp = false;
    await pass(12_000);
    expect(b.gaps).toEqual([]);
    await pass(3000);
    expect(b.gaps).toEqual(['unknown']);
    expect(b.relay.peerCount).toBe(0);
  });

  it('lets a process that stops say its last news, and misses nothing', async () => {
    await b.attend();
    a.store('last');
    await a.relay.onApplicationShutdown();
    await pass(30_000);
    expect(b.heard).toEqual(['stored last']);
    expect(b.gaps).toEqual([]);
    expect(b.relay.peerCount).toBe(0);
  });

  it('notices what was kept back while the processes had forgotten each other', async () => {
    await b.attend();
    // A does not hear B any more, and takes it for gone; B hears A all the time.
    const deaf = a.bus;
    wire.delayOf = () => 1;
    const members = [...wire.members];
    wire.members.delete(deaf);
    await pass(14_000);
    expect(a.relay.peerCount).toBe(0);
    a.store('kept back');
    await pass(1000);
    expect(b.gaps).toEqual([]);
    for (const [bus, events] of members) wire.members.set(bus, events);
    await pass(6000);
    expect(b.heard).toEqual([]);
    expect(b.gaps).toEqual(['unknown']);
    a.store('again');
    await pass(200);
    expect(b.heard).toEqual(['stored again']);
  });

  it('tells clients of a process that is joined by one that has kept news back', async () => {
    await b.attend();
    const c = new Process(wire);
    // Stored before it knows of anybody.
    c.store('early');
    await pass(1000);
    expect(b.gaps).toEqual(['unknown']);
    c.store('late');
    await pass(200);
    expect(b.heard).toEqual(['stored late']);
    await c.relay.onApplicationShutdown();
  });

  it('owes a resync where a client could not wait until all others knew', async () => {
    wire.members.delete(a.bus);
    const attending = b.relay.attend('default');
    await pass(1000);
    await attending;
    a.store('unheard');
    await pass(200);
    expect(b.gaps).toEqual([]);
    wire.members.set(a.bus, {
      heard: (text) => (a.relay as never as { hear(text: string): void }).hear(text),
      connected: () => undefined,
    });
    await pass(5000);
    expect(b.gaps).toEqual(['unknown']);
  });

  it('forgets a project that has had no clients for a while, and lets none of them resume', async () => {
    await b.attend();
    await pass(70_000);
    a.store('heard');
    b.clients.clear();
    await pass(70_000);
    a.store('unheard');
    await pass(200);
    expect(b.heard).toEqual(['stored heard']);
    expect(b.gaps).toEqual([new Map([['default', 0]])]);
    await b.attend();
    a.store('heard again');
    await pass(200);
    expect(b.heard).toEqual(['stored heard', 'stored heard again']);
    expect(b.gaps).toHaveLength(1);
  });

  it('does not believe in the start of what is known to have ended', async () => {
    await Promise.all([a.attend(), b.attend()]);
    b.store('short');
    a.events.publish('executionsStarted', [
      aRunningExecution({ taskId: 'short', executionId: 'short' }),
    ]);
    await pass(300);
    expect(b.heard).toEqual([]);
    expect(a.heard).toEqual(['stored short']);
  });

  it('understands nothing of what another release says', async () => {
    await b.attend();
    wire.members.get(b.bus)?.heard('2{"kind":"news"}');
    wire.members.get(b.bus)?.heard('1{"kind":');
    a.store('fine');
    await pass(200);
    expect(b.heard).toEqual(['stored fine']);
  });
});
