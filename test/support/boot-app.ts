import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@app/platform';
import type { Clock } from '@app/platform';

import { createApp } from '../../apps/api/src/setup-app.js';
import { freshDatabase } from './fresh-database.js';

/** The whole server on a database of its own, listening on a free port. */
export interface BootedApp {
  app: NestFastifyApplication;
  /** http://127.0.0.1:port */
  url: string;
  databaseUrl: string;
  get<T>(path: string): Promise<Answered<T>>;
  send<T>(method: string, path: string, body?: unknown): Promise<Answered<T>>;
  close(): Promise<void>;
}

export interface Answered<T> {
  status: number;
  headers: Headers;
  body: T;
}

export const API = '/api/v1/agent-performance';

export interface BootOptions {
  /** Replaces the system's. */
  clock?: Clock;
  /** Adds to the environment of the server. */
  env?: Record<string, string>;
  /** Is called before the server meets its database. */
  prepare?(databaseUrl: string): Promise<void>;
}

export async function bootApp(options: BootOptions = {}): Promise<BootedApp> {
  const database = await freshDatabase();
  await options.prepare?.(database.url);
  const config = loadConfig({ LOG_LEVEL: 'error', DATABASE_URL: database.url, ...options.env });
  const app = await createApp({
    config,
    databaseUrl: database.url,
    ...(options.clock && { clock: options.clock }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.getHttpServer().address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const send = async <T>(method: string, path: string, body?: unknown): Promise<Answered<T>> => {
    const response = await fetch(`${url}${API}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
    };
  };
  return {
    app,
    url,
    databaseUrl: database.url,
    send,
    get: (path) => send('GET', path),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
