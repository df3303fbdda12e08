import { KeysService } from '@app/access';
import type { ApiKey, ApiKeyInput, CreatedApiKey, Scope, SignIn } from '@app/contracts';
import type { Clock } from '@app/platform';
import pg from 'pg';

import { API, bootApp } from './boot-app.js';
import type { BootedApp } from './boot-app.js';

export interface Reply<T = unknown> {
  status: number;
  headers: Headers;
  body: { data: T; code: string; detail?: string; errors?: { path: string; code: string }[] };
  text: string;
}

export interface Asking {
  key?: string;
  cookie?: string;
  body?: unknown;
  /** As it is, instead of `body`. */
  raw?: string;
  headers?: Record<string, string>;
  /** Whether the path is the whole one. */
  isWhole?: boolean;
}

export const PASSWORD = 'correct horse battery';

/** A server that asks for credentials, with its first administrator's key. */
export class AccessWorld {
  private constructor(
    readonly server: BootedApp,
    readonly admin: string,
  ) {}

  static async boot(
    options: { env?: Record<string, string>; clock?: Clock } = {},
  ): Promise<AccessWorld> {
    const env = { AUTH: 'required', ...options.env };
    const server = await bootApp({ ...options, env });
    const admin = await server.app.get(KeysService).first();
    if (admin === null) throw new Error('There is an administrator already');
    return new AccessWorld(server, admin);
  }

  get url(): string {
    return this.server.url;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Any request to the API; paths that begin with `/api`, `/livez` and the like as they are. */
  async ask<T = unknown>(method: string, path: string, asking: Asking = {}): Promise<Reply<T>> {
    const { key, cookie, body, raw, headers, isWhole } = asking;
    const hasBody = body !== undefined || raw !== undefined;
    const whole = isWhole ?? /^\/(api|livez|readyz|agent-performance|$)/.test(path);
    const response = await fetch(`${this.url}${whole ? '' : API}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(cookie !== undefined && { cookie, origin: this.url }),
        ...(hasBody && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(hasBody && { body: raw ?? JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const parsed = (isJson && text !== '' ? JSON.parse(text) : {}) as Reply<T>['body'];
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  /** @throws Error unless it is answered with success */
  async must<T>(method: string, path: string, asking: Asking = {}): Promise<T> {
    const answer = await this.ask<T>(method, path, asking);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  async aKey(
    scopes: Scope[],
    project = 'default',
    more: Partial<ApiKeyInput> = {},
  ): Promise<CreatedApiKey> {
    const body = { name: scopes.join('+'), scopes, ...more };
    return this.must<CreatedApiKey>('POST', `/keys?project=${project}`, { key: this.admin, body });
  }

  keys(project = 'default'): Promise<ApiKey[]> {
    return this.must<ApiKey[]>('GET', `/keys?project=${project}`, { key: this.admin });
  }

  async aProject(slug: string): Promise<void> {
    await this.must('POST', '/projects', { key: this.admin, body: { slug, name: slug } });
  }

  async aUser(name: string, role?: string, project = 'default'): Promise<string> {
    const body = { name, password: PASSWORD };
    const { userId } = await this.must<{ userId: string }>('POST', '/users', {
      key: this.admin,
      body,
    });
    if (role !== undefined) {
      const path = `/members/${userId}?project=${project}`;
      await this.must('PUT', path, { key: this.admin, body: { role } });
    }
    return userId;
  }

  /** @returns the cookie, as a browser sends it back */
  async signIn(who: SignIn): Promise<string> {
    const answer = await this.ask('POST', '/auth/session', { body: who });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return cookieOf(answer.headers) ?? '';
  }

  signInAs(name: string, password = PASSWORD): Promise<string> {
    return this.signIn({ name, password });
  }

  async query<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.server.databaseUrl });
    await client.connect();
    try {
      return (await client.query<T>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }
}

/** Name and value of the cookie that an answer sets. */
export function cookieOf(headers: Headers): string | undefined {
  return headers.getSetCookie()[0]?.split(';')[0];
}

let serial = 0;

/** A finished execution that is like no other. */
export function aRecord(agentId = 'agent-1'): Record<string, unknown> {
  serial += 1;
  const startedAt = new Date(Date.now() - 60_000 - serial).toISOString();
  return {
    agentId,
    agentType: 'orchestrator',
    taskId: `task-${serial}`,
    status: 'success',
    startedAt,
    durationMs: 100,
  };
}
