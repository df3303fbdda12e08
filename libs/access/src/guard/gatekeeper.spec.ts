import type { IncomingMessage } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@app/platform';
import type { DataSource } from 'typeorm';

import type { KeyRing } from '../keys/key.ring.js';
import type { SessionRing } from '../people/session.ring.js';
import type { ProjectDirectory } from '../projects/project.directory.js';
import { Gatekeeper } from './gatekeeper.js';
import { AccessPolicy } from './policy.js';
import { Principal } from './principal.js';

const AWAY = { query: () => Promise.reject(new Error('away')) } as unknown as DataSource;
const PROJECT = { projectId: 1, slug: 'default', name: 'Default' };
const directory = { recallId: () => PROJECT } as unknown as ProjectDirectory;

describe(Gatekeeper.name, () => {
  let nowMs = Date.parse('2026-11-22T10:00:00Z');
  let gatekeeper: Gatekeeper;

  function guard(principal: Principal): void {
    const keys = {
      find: () => (principal.hasExpired(nowMs) ? null : principal),
      noteUse: () => Promise.resolve(),
    } as unknown as KeyRing;
    gatekeeper = new Gatekeeper(
      new AccessPolicy(loadConfig({ AUTH: 'required' })),
      keys,
      {} as SessionRing,
      directory,
      AWAY,
      { now: () => new Date(nowMs) },
    );
  }
  afterEach(() => gatekeeper.onApplicationShutdown());

  const aPrincipal = (expiresAtMs: number | null): Principal =>
    new Principal({
      kind: 'key',
      id: 'k',
      credential: 'k',
      name: 'key',
      everywhere: [],
      projects: new Map([[1, ['read']]]),
      expiresAtMs,
    });
  const request = { headers: {}, socket: { remoteAddress: '10.0.0.7' } } as IncomingMessage;

  it('ends what an expired key has open while there is no database to ask', async () => {
    const principal = aPrincipal(nowMs + 1000);
    guard(principal);
    const ended = new Promise<void>((resolve) => gatekeeper.onRevoked(principal, resolve));
    gatekeeper.start();
    nowMs += 2000;
    await ended;
  });

  it('lets one key open so many sockets, and others go on', async () => {
    const principal = aPrincipal(null);
    guard(principal);
    const enter = (): Promise<unknown> => gatekeeper.enter(request, undefined, ['read'], 'shown');
    const forget = Array.from({ length: 2000 }, () => gatekeeper.onRevoked(principal, () => {}));
    await expect(enter()).rejects.toMatchObject({ code: 'overloaded', status: 503 });
    forget[0]?.();
    await expect(enter()).resolves.toMatchObject({ project: PROJECT });
  });
});
