import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import '@app/tracker/stream';
import { Refresh } from '../api/refresh';
import { Scope } from '../scope/scope';
import { aTaskCompleted, anExecution } from '../testing/builders';
import { LiveFeed } from './live-feed';

/** The server's end of a WebSocket, which the test speaks through. */
class FakeSocket {
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly close = jest.fn();
  private seq = 0;
  private stream = 'one';
  constructor(readonly url: string) {
    remember(this);
  }
  send(text: string): void {
    const { requestId } = JSON.parse(text) as { requestId: string };
    this.say('reply', { requestId, data: { stream: this.stream, seq: this.seq } });
  }
  /** Lets the client in. */
  welcome(stream = 'one'): void {
    this.stream = stream;
    this.say('welcome', { project: 'default', stream, seq: 0 });
  }
  hear(type: string, data?: unknown): void {
    this.say(type, data, type.startsWith('performance:') ? (this.seq += 1) : undefined);
  }
  drop(): void {
    this.onclose?.({ code: 1006, reason: '' });
  }
  private say(type: string, data: unknown, seq?: number): void {
    this.onmessage?.({ data: JSON.stringify({ type, data, seq }) });
  }
}

let socket: FakeSocket;
const sockets: FakeSocket[] = [];
function remember(made: FakeSocket): void {
  sockets.push(made);
  socket = made;
}
/** What the server says to who asks why there is no connection. */
let refusal = { status: 200, text: '{}' };

describe('LiveFeed', () => {
  const project = signal<string | undefined>('default');
  let feed: LiveFeed;
  let http: HttpTestingController;
  const turn = async (ms = 0): Promise<void> => {
    TestBed.tick();
    await jest.advanceTimersByTimeAsync(ms);
    TestBed.tick();
  };
  const snapshots = () => http.match((request) => request.url.endsWith('/metrics'));

  beforeEach(async () => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    Object.assign(globalThis, {
      WebSocket: FakeSocket,
      fetch: () =>
        Promise.resolve({ status: refusal.status, text: () => Promise.resolve(refusal.text) }),
    });
    refusal = { status: 200, text: '{}' };
    sockets.length = 0;
    project.set('default');
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        { provide: Scope, useValue: { project } },
      ],
    });
    feed = TestBed.inject(LiveFeed);
    http = TestBed.inject(HttpTestingController);
    await turn(10);
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('opens the stream of the project, and another one when that changes', async () => {
    expect(socket.url).toBe('ws://localhost/agent-performance?project=default&hold=1');
    const first = socket;
    project.set('sample');
    await turn(10);
    expect(first.close).toHaveBeenCalled();
    expect(socket.url).toBe('ws://localhost/agent-performance?project=sample&hold=1');
  });

  it('goes from live over reconnecting to stale, and back', async () => {
    expect(feed.state()).toBe('reconnecting');
    socket.welcome();
    expect(feed.state()).toBe('live');
    socket.drop();
    await turn();
    expect(feed.state()).toBe('reconnecting');
    await turn(12_000);
    expect(feed.state()).toBe('stale');
    socket.welcome();
    expect(feed.state()).toBe('live');
  });

  it('asks again after a refusal', async () => {
    refusal = { status: 404, text: '{"code":"unknown-project"}' };
    socket.drop();
    await turn(10);
    expect(feed.state()).toBe('reconnecting');
    const before = sockets.length;
    await turn(4000);
    expect(sockets.length).toBe(before + 1);
    socket.welcome();
    expect(feed.state()).toBe('live');
  });

  it('tries at once when the network is back', async () => {
    socket.welcome();
    socket.drop();
    await turn();
    const before = sockets.length;
    window.dispatchEvent(new Event('online'));
    expect(sockets.length).toBe(before + 1);
  });

  it('paints a burst at most four times a second', async () => {
    socket.welcome();
    await turn(300);
    const views = new Set<unknown>();
    for (let i = 0; i < 100; i += 1) {
      socket.hear('performance:taskCompleted', aTaskCompleted({ executionId: `e${i}` }));
      views.add(feed.view());
      await turn(10);
    }
    expect(views.size).toBeLessThanOrEqual(6);
    await turn(300);
    expect(feed.view().rows[0]?.executionId).toBe('e99');
    expect(feed.view().rows).toHaveLength(50);
  });

  it('refreshes the figures at most every two seconds while events arrive', async () => {
    socket.welcome();
    await turn(300);
    const refresh = TestBed.inject(Refresh);
    const before = refresh.beat();
    for (let i = 0; i < 100; i += 1) {
      socket.hear('performance:taskCompleted', aTaskCompleted({ executionId: `e${i}` }));
      await turn(100);
    }
    expect(refresh.beat() - before).toBeGreaterThanOrEqual(4);
    expect(refresh.beat() - before).toBeLessThanOrEqual(6);
  });

  it('stands still while paused and counts what is new', async () => {
    socket.welcome();
    await turn(300);
    socket.hear('performance:taskCompleted', aTaskCompleted({ executionId: 'a' }));
    await turn(300);
    const refresh = TestBed.inject(Refresh);
    refresh.pause();
    await turn(300);
    const beat = refresh.beat();
    socket.hear('performance:taskCompleted', aTaskCompleted({ executionId: 'b' }));
    await turn(60_000);
    expect(feed.view().rows.map((row) => row.executionId)).toEqual(['a']);
    expect(feed.view().newCount).toBe(1);
    expect(refresh.beat()).toBe(beat);
  });

  it('reads what it missed after a gap', async () => {
    socket.welcome();
    await turn();
    snapshots();
    socket.hear('resync', { reason: 'slow_consumer', missed: 9 });
    await turn();
    const [request] = snapshots();
    request?.flush({ data: [anExecution({ executionId: 'missed' })] });
    await turn(300);
    expect(feed.view().rows.map((row) => row.executionId)).toEqual(['missed']);
  });
});
