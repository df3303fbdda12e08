import { DOCUMENT } from '@angular/common';
import { HttpClient } from '@angular/common/http';
import { DestroyRef, Service, computed, effect, inject, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { Answer, Execution } from '@app/contracts';
import type { PerformanceStream, StreamEvent } from '@app/tracker/stream';
import { Subject, catchError, of, switchMap } from 'rxjs';
import { apiUrl } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { Scope } from '../scope/scope';
import { LiveBuffer, SHOWN_ROWS, finishedRow, startedRow } from './live-buffer';
import type { LiveRow, LiveView } from './live-buffer';

/** The stream is painted at most four times a second. */
const PAINT_GAP_MS = 250;
/** A link lost for longer than this makes the page stale, milliseconds. */
const STALE_AFTER_MS = 10_000;
/** Pause before asking again a server that has refused, milliseconds. */
const COME_BACK_MS = 3000;
/** Longest pause between two attempts to connect, milliseconds. */
const LONGEST_PAUSE_MS = 5000;
/** More often the stream is not painted anyway. */
const SENDINGS_PER_SECOND = 1000 / PAINT_GAP_MS;

export type LiveState = 'live' | 'paused' | 'reconnecting' | 'stale';

/** The stream as signals. It follows the project of {@link Scope} and heals its own gaps. */
@Service()
export class LiveFeed {
  private readonly http = inject(HttpClient);
  private readonly refresh = inject(Refresh);
  private readonly scope = inject(Scope);
  private readonly document = inject(DOCUMENT);

  private buffer = new LiveBuffer();
  private stream: PerformanceStream | undefined;
  private paintTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly snapshots = new Subject<string>();
  private readonly painted = signal<LiveView>(this.buffer.view(Date.now()));
  private readonly online = signal(true);
  private readonly lostAt = signal<number | null>(Date.now());

  readonly view = this.painted.asReadonly();
  /** Whether there has been a link since the page was opened. */
  readonly wasLive = signal(false);
  readonly state = computed<LiveState>(() => {
    if (!this.online()) return 'stale';
    const lostAt = this.lostAt();
    if (lostAt !== null && this.refresh.now() - lostAt > STALE_AFTER_MS) return 'stale';
    if (this.refresh.paused()) return 'paused';
    return lostAt === null ? 'live' : 'reconnecting';
  });

  constructor() {
    this.snapshots
      .pipe(
        switchMap((project) => this.readNewest(project)),
        takeUntilDestroyed(),
      )
      .subscribe((rows) => {
        this.buffer.merge(rows);
        this.paintSoon();
      });
    effect((onCleanup) => {
      const project = this.scope.project();
      if (project === undefined) return;
      const gone = { yes: false };
      untracked(() => void this.open(project, gone));
      onCleanup(() => {
        gone.yes = true;
        this.close();
      });
    });
    effect(() => this.refresh.interrupted.set(!this.online() || this.lostAt() !== null));
    effect(() => {
      if (this.refresh.paused()) this.buffer.pause();
      else this.buffer.resume();
      untracked(() => this.paint());
    });
    // The rate falls by itself: repaint now and then even without news.
    const idle = setInterval(() => this.paintSoon(), 5000);
    const onVisible = (): void => this.paintSoon();
    this.document.addEventListener('visibilitychange', onVisible);
    const view = this.document.defaultView;
    const onNetwork = (): void => this.noteNetwork(view?.navigator.onLine ?? true);
    view?.addEventListener('online', onNetwork);
    view?.addEventListener('offline', onNetwork);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(idle);
      clearTimeout(this.paintTimer);
      this.document.removeEventListener('visibilitychange', onVisible);
      view?.removeEventListener('online', onNetwork);
      view?.removeEventListener('offline', onNetwork);
      this.close();
    });
  }

  private async open(project: string, gone: { yes: boolean }): Promise<void> {
    this.buffer = new LiveBuffer();
    this.paint();
    this.snapshots.next(project);
    const { PerformanceStream } = await import('@app/tracker/stream');
    while (!gone.yes) {
      const stream = new PerformanceStream({
        url: this.document.location.origin,
        project,
        rate: SENDINGS_PER_SECOND,
        maxRetryMs: LONGEST_PAUSE_MS,
      });
      this.stream = stream;
      stream.on('connected', () => {
        this.lostAt.set(null);
        this.wasLive.set(true);
        this.refresh.soon();
      });
      stream.on('disconnected', () => this.lose());
      try {
        for await (const event of stream) this.hear(event, project);
      } catch {
        // Refused: the panels say why, and what a person does about it may help.
        this.lose();
        await new Promise((resolve) => setTimeout(resolve, COME_BACK_MS));
      }
    }
  }

  private hear(event: StreamEvent, project: string): void {
    switch (event.type) {
      case 'resync':
        // Whatever happened meanwhile was not told: read it.
        this.snapshots.next(project);
        return this.refresh.soon();
      case 'performance:taskStarted':
        return this.take(startedRow(event.data));
      case 'performance:taskCompleted':
      case 'performance:metricRecorded':
        return this.take(finishedRow(event.data));
      case 'performance:alert':
      case 'performance:summary':
        return this.refresh.soon();
    }
  }

  private lose(): void {
    if (untracked(this.lostAt) === null) this.lostAt.set(Date.now());
  }

  private close(): void {
    this.stream?.close();
    this.stream = undefined;
    this.lostAt.set(Date.now());
  }

  /** The browser knows sooner than the socket, whose heartbeat takes its time. */
  private noteNetwork(online: boolean): void {
    this.online.set(online);
    if (!online) return;
    this.refresh.soon();
    this.stream?.reconnect();
  }

  private take(row: LiveRow): void {
    this.buffer.push(row, Date.now());
    this.refresh.soon();
    this.paintSoon();
  }

  private readNewest(project: string) {
    const params = { project, limit: SHOWN_ROWS };
    return this.http.get<Answer<Execution[]>>(apiUrl('metrics'), { params }).pipe(
      switchMap(({ data }) => of(data.map(finishedRow))),
      // The stream goes on without its past; the panels report what the tracker answers.
      catchError(() => of<LiveRow[]>([])),
    );
  }

  /** A hidden page is painted once when it is seen again. */
  private paintSoon(): void {
    if (this.paintTimer !== undefined || this.document.hidden) return;
    this.paintTimer = setTimeout(() => {
      this.paintTimer = undefined;
      this.paint();
    }, PAINT_GAP_MS);
  }

  private paint(): void {
    this.painted.set(this.buffer.view(Date.now()));
  }
}
