import { isIPv6 } from 'node:net';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { AccessPolicy, KeysService, ProjectDirectory, operator } from '@app/access';
import {
  checkExternalPostgres,
  isLoopbackName,
  readDurability,
  startEmbeddedPostgres,
} from '@app/platform';
import type { AppConfig, EmbeddedPostgres } from '@app/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';

import { awaitDatabase } from './await-database.js';
import { listenError, requireFreePort } from './free-port.js';
import type { Report } from './report.js';
import { SAMPLE_PROJECT, startSampleSwarm } from './sample-swarm.js';
import type { SampleSwarm } from './sample-swarm.js';
import { openWaitingRoom } from './waiting-room.js';
import type { WaitingRoom } from './waiting-room.js';

/** Patience with each part of an orderly stop; together less than the promised 10 s. */
const CLOSE_MS = 4000;
const POSTGRES_STOP_MS = 2500;
/** A database that dies twice within this time will not be started a third time. */
const RELAPSE_MS = 60_000;
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);
/** Most connections of the embedded server; it keeps some for administrators. */
const EMBEDDED_CONNECTIONS = 50;
/** For live events and for cancelling, for administrators and for commands beside the server. */
const OTHER_CONNECTIONS = 12;

interface Store {
  /** For people; without password. */
  description: string;
  /** Made by this start, and so empty. */
  fresh: boolean;
}

/** The product as one process: database, server and sample swarm, started and stopped in order. */
export class TrackerProcess {
  private postgres: EmbeddedPostgres | undefined;
  private app: NestFastifyApplication | undefined;
  private waitingRoom: WaitingRoom | undefined;
  private swarm: SampleSwarm | undefined;
  private starting: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;
  private postgresDiedAtMs = -Infinity;
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: AppConfig,
    private readonly report: Report,
    /** Called when the process cannot go on. */
    private readonly onFatal: (error: Error) => void,
  ) {}

  /** @throws Error in one line when a part cannot start */
  start(): Promise<void> {
    return (this.starting ??= this.startInOrder());
  }

  /** Stops what runs, the database last. May be called at any time, and again. */
  stop(): Promise<void> {
    this.stopping.abort();
    return (this.stopped ??= this.stopInOrder());
  }

  private async startInOrder(): Promise<void> {
    const { port, host, databaseUrl } = this.config;
    await requireFreePort(port, host);
    try {
      const store = await (databaseUrl === undefined
        ? this.startOnEmbedded()
        : this.startOnExternal(databaseUrl));
      if (store && !this.stopped) await this.serve(store);
    } catch (error) {
      // Waiting that a stop has ended is no failure.
      if (!this.stopping.signal.aborted) throw error;
    }
  }

  private async startOnEmbedded(): Promise<Store | null> {
    this.report.step('Starting PostgreSQL…');
    const { url, fresh, clusterDir } = await this.startPostgres();
    if (this.stopped) return null;
    await this.build(url);
    const dataDir = resolve(this.config.dataDir);
    const elsewhere = dirname(clusterDir) !== dataDir;
    return { fresh, description: elsewhere ? clusterDir : dataDir };
  }

  /** A server that is not there yet, or goes away meanwhile, is waited for. */
  private async startOnExternal(url: string): Promise<Store> {
    const { signal } = this.stopping;
    this.report.step('Connecting to PostgreSQL…');
    const attempt = async (): Promise<Store> => {
      const { version } = await orAborted(checkExternalPostgres(url), signal);
      await this.build(url);
      return { description: `DATABASE_URL (PostgreSQL ${version})`, fresh: false };
    };
    return awaitDatabase(attempt, {
      signal,
      onAway: async ({ message }) => {
        this.report.warn(`${message}; waiting for it`);
        const { port, host, publicUrl } = this.config;
        this.waitingRoom = await openWaitingRoom({ port, host, publicUrl }).catch(
          (error: unknown) => {
            throw listenError(error, port, host);
          },
        );
      },
      onStillAway: ({ message }) => this.report.debug(message),
    });
  }

  /** Brings the server up to the point where it only has to listen. */
  private async build(databaseUrl: string): Promise<void> {
    this.report.step('Migrating…');
    // Loaded only now: a refusal above should not wait for the whole server to load.
    const { createApp } = await import('./setup-app.js');
    const app = await createApp({ config: this.config, databaseUrl });
    try {
      await app.init();
    } catch (error) {
      void app.close().catch(() => undefined);
      throw error;
    }
    this.app = app;
  }

  private async serve(store: Store): Promise<void> {
    const { app } = this;
    const { port, host } = this.config;
    if (!app) return;
    await this.waitingRoom?.close();
    this.waitingRoom = undefined;
    await app.listen({ port, host }).catch((error: unknown) => {
      throw listenError(error, port, host);
    });
    if (this.stopped) return;
    const policy = app.get(AccessPolicy);
    const firstKey = policy.asksAlways ? await app.get(KeysService).first() : null;
    this.report.banner({
      firstKey,
      seconds: performance.now() / 1000,
      origin: this.config.publicUrl ?? originOf(host, port),
      data: store.description,
    });
    if (policy.reliesOnProxy) this.report.warn(this.openness());
    await this.warnOfDurability(app);
    if (store.fresh && this.config.sampleSwarm) await this.startSwarm(app);
  }

  private openness(): string {
    const { host, port, publicUrl } = this.config;
    const why = publicUrl === undefined ? 'TRUST_PROXY is set' : `PUBLIC_URL is ${publicUrl}`;
    return (
      `AUTH is off and ${why}: whoever gets through to ${originOf(host, port)} is an administrator. ` +
      'Keep it so only behind a proxy that signs people in itself'
    );
  }

  private async warnOfDurability(app: NestFastifyApplication): Promise<void> {
    try {
      const dataSource = app.get(DataSource);
      const { degradedBy } = await readDurability((sql, values) => dataSource.query(sql, values));
      if (degradedBy.length === 0) return;
      this.report.warn(
        `The database can lose what was acknowledged when its machine crashes: ${degradedBy.join(', ')}`,
      );
    } catch (error) {
      // Gone again already; /readyz says so.
      this.report.debug(String(error));
    }
  }

  private async startPostgres(port?: number): Promise<EmbeddedPostgres> {
    const { databasePoolSize, databaseReadPoolSize } = this.config;
    const wanted = databasePoolSize + databaseReadPoolSize + OTHER_CONNECTIONS;
    const connections = Math.max(EMBEDDED_CONNECTIONS, wanted);
    const postgres = await startEmbeddedPostgres({
      dataDir: this.config.dataDir,
      settings: { max_connections: String(connections) },
      log: (line) => this.relay(line),
      ...(port !== undefined && { port }),
    });
    this.postgres = postgres;
    postgres.onExit(() => void this.revivePostgres(postgres.port));
    return postgres;
  }

  /** Of what the database says, people need to see only what is wrong. */
  private relay(line: string): void {
    if (/PANIC:|not properly shut down|earlier run/.test(line)) this.report.warn(line);
    else this.report.debug(line);
  }

  /** The server's connections point at the old port, so only that one will do. */
  private async revivePostgres(port: number): Promise<void> {
    if (this.stopped) return;
    const relapse = performance.now() - this.postgresDiedAtMs < RELAPSE_MS;
    this.postgresDiedAtMs = performance.now();
    if (relapse) {
      this.onFatal(new Error('PostgreSQL has died again'));
      return;
    }
    this.report.error('PostgreSQL has died; starting it again');
    try {
      const revived = await this.startPostgres(port);
      if (revived.port === port) this.report.warn('PostgreSQL runs again');
      else throw new Error(`its port ${port} has been taken`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.onFatal(new Error(`PostgreSQL has died and does not come back: ${reason}`));
    }
  }

  private async startSwarm(app: NestFastifyApplication): Promise<void> {
    const { port, host, sampleSwarmSeconds } = this.config;
    const isAsked = app.get(AccessPolicy).asksAlways;
    const apiKey = isAsked ? await makeSwarmKey(app, sampleSwarmSeconds) : null;
    const url = `http://${reachable(host)}:${port}`;
    this.swarm = startSampleSwarm(url, sampleSwarmSeconds, apiKey, (reason) =>
      this.report.warn(`The sample swarm has failed: ${reason}`),
    );
  }

  /** Serves on until those who watch `/readyz` have noticed. */
  private async drain(): Promise<void> {
    const { drainSeconds } = this.config;
    if (drainSeconds === 0 || !this.app) return;
    const { ClosingGuard } = await import('./closing-guard.js');
    this.app.get(ClosingGuard).drain();
    await sleep(drainSeconds * 1000);
  }

  private async stopInOrder(): Promise<void> {
    // A part that is being started becomes stoppable once it runs.
    await this.starting?.catch(() => undefined);
    await this.swarm?.stop();
    await this.drain();
    await this.waitingRoom?.close();
    await within(CLOSE_MS, this.app?.close());
    await this.postgres?.stop(POSTGRES_STOP_MS);
  }
}

/** A key for the sample swarm alone, and not for longer than it runs. */
async function makeSwarmKey(app: NestFastifyApplication, seconds: number): Promise<string> {
  const { projectId } = await app.get(ProjectDirectory).resolve(SAMPLE_PROJECT);
  const expiresAt = new Date(Date.now() + (seconds + 60) * 1000).toISOString();
  const input = { name: 'Sample swarm', scopes: ['ingest' as const], expiresAt };
  const { key } = await app.get(KeysService).create(operator('first start'), projectId, input);
  return key;
}

/** Where people on this machine find it. */
function originOf(host: string, port: number): string {
  const isHere = isLoopbackName(host) || ANY_ADDRESS.has(host);
  return `http://${isHere ? 'localhost' : reachable(host)}:${port}`;
}

/** A bound address as one to connect to. */
function reachable(host: string): string {
  if (ANY_ADDRESS.has(host)) return host === '::' ? '[::1]' : '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

/** Does not wait for work that a stop has made pointless. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function within(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => (timer = setTimeout(done, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
