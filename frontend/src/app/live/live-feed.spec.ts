import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aTaskCompleted, anExecution } from '../testing/builders';

type Listener = (data?: unknown) => void;

/** A socket that the test speaks through. */
class FakeSocket {
  active = true;
  readonly connect = jest.fn();
  readonly disconnect = jest.fn();
  private readonly listeners = new Map<string, Listener>();
  on(event: string, listener: Listener): void {
    this.listeners.set(event, listener);
  }
  removeAllListeners(): void {
    this.listeners.clear();
  }
  hear(event: string, data?: unknown): void {
    this.listeners.get(event)?.(data);
  }
}

let socket: FakeSocket;
const io = jest.fn((..._given: unknown[]) => (socket = new FakeSocket()));
jest.unstable_mockModule('socket.io-client', () => ({ io }));
const { LiveFeed } = await import('./live-feed');
const { Refresh } = await import('../api/refresh');
const { Scope } = await import('../scope/scope');

describe('LiveFeed', () => {
  const project = signal<string | undefined>('default');
  let feed: InstanceType<typeof LiveFeed>;
  let http: HttpTestingController;
  const turn = async (ms = 0): Promise<void> => {
    TestBed.tick();
    await jest.advanceTimersByTimeAsync(ms);
    TestBed.tick();
  };
  const snapshots = () => http.match((request) => request.url.endsWith('/metrics'));

  beforeEach(async () => {
    jest.useFakeTimers();
    io.mockClear();
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
  });

  it('opens the namespace of the project, and another one when that changes', async () => {
    expect(io).toHaveBeenCalledWith(
      '/agent-performance',
      expect.objectContaining({ query: { project: 'default' } }),
    );
    const first = socket;
    project.set('sample');
    await turn(10);
    expect(first.disconnect).toHaveBeenCalled();
    expect(io).toHaveBeenLastCalledWith(
      '/agent-performance',
      expect.objectContaining({ query: { project: 'sample' } }),
    );
  });

  it('goes from live over reconnecting to stale, and back', async () => {
    expect(feed.state()).toBe('reconnecting');
    socket.hear('connect');
    expect(feed.state()).toBe('live');
    socket.hear('disconnect');
    expect(feed.state()).toBe('reconnecting');
    await turn(12_000);
    expect(feed.state()).toBe('stale');
    socket.hear('connect');
    expect(feed.state()).toBe('live');
  });

  it('asks again after a refusal, when the library would not', async () => {
    socket.active = false;
    socket.hear('connect_error');
    await turn(4000);
    expect(socket.connect).toHaveBeenCalledTimes(1);
  });

  it('paints a burst at most four times a second', async () => {
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
    snapshots();
    socket.hear('resync', { reason: 'slow_consumer', missed: 9 });
    await turn();
    const [request] = snapshots();
    request?.flush({ data: [anExecution({ executionId: 'missed' })] });
    await turn(300);
    expect(feed.view().rows.map((row) => row.executionId)).toEqual(['missed']);
  });
});
