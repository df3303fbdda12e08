import { dirname, resolve } from 'node:path';

import { checkExternalPostgres, startEmbeddedPostgres } from '@app/platform';
import type { AppConfig, EmbeddedPostgres } from '@app/platform';

import { listenError, requireFreePort } from './free-port.js';
import type { Report } from './report.js';
import { startSampleSwarm } from './sample-swarm.js';
import type { SampleSwarm } from './sample-swarm.js';

/** Patience with each part of an orderly stop; together less than the promised 10 s. */
const CLOSE_MS = 4000;
const POSTGRES_STOP_MS = 2500;
/** A database that dies twice within this time will not be started a third time. */
const RELAPSE_MS = 60_000;
/** Most connections of the embedded server; it keeps some for administrators. */
const EMBEDDED_CONNECTIONS = 50;

interface Closable {
  close(): Promise<void>;
}

interface Store {
  url: string;
  /** For people; without password. */
  description: string;
  /** Made by this start, and so empty. */
  fresh: boolean;
}

/** The product as one process: database, server and sample swarm, started and stopped in order. */
export class TrackerProcess {
  private postgres: EmbeddedPostgres | undefined;
  private app: Closable | undefined;
  private swarm: SampleSwarm | undefined;
  private starting: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;
  private postgresDiedAtMs = -Infinity;

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
    return (this.stopped ??= this.stopInOrder());
  }

  private async startInOrder(): Promise<void> {
    const { port, host } = this.config;
    await requireFreePort(port, host);
    const store = await this.openStore();
    if (this.stopped) return;
    this.report.step('Migrating…');
    // Loaded only now: a refusal above should not wait for the whole server to load.
    const { createApp } = await import('./setup-app.js');
    const app = await createApp({ config: this.config, databaseUrl: store.url });
    this.app = app;
    if (this.stopped) return;
    await app.listen({ port, host }).catch((error: unknown) => {
      throw listenError(error, port, host);
    });
    if (this.stopped) return;
    this.report.banner({
      seconds: performance.now() / 1000,
      origin: `http://${['127.0.0.1', '::1'].includes(host) ? 'localhost' : host}:${port}`,
      data: store.description,
    });
    if (store.fresh && this.config.sampleSwarm) this.startSwarm();
  }

  private async openStore(): Promise<Store> {
    const { databaseUrl } = this.config;
    if (databaseUrl !== undefined) {
      this.report.step('Connecting to PostgreSQL…');
      const { version } = await checkExternalPostgres(databaseUrl);
      return {
        url: databaseUrl,
        description: `DATABASE_URL (PostgreSQL ${version})`,
        fresh: false,
      };
    }
    this.report.step('Starting PostgreSQL…');
    const { url, fresh, clusterDir } = await this.startPostgres();
    const dataDir = resolve(this.config.dataDir);
    const elsewhere = dirname(clusterDir) !== dataDir;
    return { url, fresh, description: elsewhere ? clusterDir : dataDir };
  }

  private async startPostgres(port?: number): Promise<EmbeddedPostgres> {
    const connections = Math.max(EMBEDDED_CONNECTIONS, this.config.databasePoolSize + 10);
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

  private startSwarm(): void {
    const { port, host, sampleSwarmSeconds } = this.config;
    const url = `http://${host === '::1' ? '[::1]' : host}:${port}`;
    this.swarm = startSampleSwarm(url, sampleSwarmSeconds, (reason) =>
      this.report.warn(`The sample swarm has failed: ${reason}`),
    );
  }

  private async stopInOrder(): Promise<void> {
    // A part that is being started becomes stoppable once it runs.
    await this.starting?.catch(() => undefined);
    await this.swarm?.stop();
    await within(CLOSE_MS, this.app?.close());
    await this.postgres?.stop(POSTGRES_STOP_MS);
  }
}

async function within(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => (timer = setTimeout(done, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
