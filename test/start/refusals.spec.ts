import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freshDatabase } from '../support/fresh-database.js';
import {
  eventually,
  startReadyTracker,
  startTracker,
  temporaryFolder,
} from '../support/tracker-process.js';

describe('a tracker that cannot start', () => {
  let folder: string;
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = async (env: Record<string, string>): Promise<string> => {
    const tracker = await startTracker({ DATA_DIR: join(folder, 'data'), ...env });
    expect(await tracker.exited).toBe(1);
    return tracker.stderr();
  };

  it('names the port that is taken, before it touches any data', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const PORT = String((other.address() as AddressInfo).port);
    const unusable = { PORT, DATA_DIR: join(folder, 'file/data') };
    expect(await refusal(unusable)).toBe(
      `Port ${PORT} is taken: set PORT to another or stop what uses it\n`,
    );
    other.close();
  });

  it('names each bad variable in a line of its own', async () => {
    expect(await refusal({ PORT: 'http', LOG_FORMAT: 'xml' })).toBe(
      'PORT: "http" is not a whole number from 1 to 65535\n' +
        'LOG_FORMAT: "xml" is not one of: auto, text, json\n',
    );
  });

  it('does not bind to the network without access control', async () => {
    expect(await refusal({ HOST: '0.0.0.0', AUTH: 'off' })).toBe(
      'AUTH: "off" is for loopback addresses only (127.0.0.0/8, ::1, localhost), ' +
        'and HOST is "0.0.0.0"\n',
    );
  });

  it('warns of a proxy that alone keeps people from being administrators', async () => {
    const database = await freshDatabase('open');
    const env = { AUTH: 'off', PUBLIC_URL: 'https://tracker.example.com' };
    const tracker = await startReadyTracker({ DATABASE_URL: database.url, ...env });
    try {
      expect(await eventually(() => tracker.stderr().includes('AUTH'))).toBe(true);
      expect(tracker.stderr()).toContain(
        `AUTH is off and PUBLIC_URL is https://tracker.example.com: whoever gets through to ${tracker.url.replace('127.0.0.1', 'localhost')} ` +
          'is an administrator. Keep it so only behind a proxy that signs people in itself\n',
      );
    } finally {
      expect(await tracker.stop()).toBe(0);
      await database.drop();
    }
  });

  it('names the data folder that it cannot write to', async () => {
    writeFileSync(join(folder, 'file'), '');
    const DATA_DIR = join(folder, 'file/data');
    expect(await refusal({ DATA_DIR })).toBe(`DATA_DIR: cannot write to ${DATA_DIR} (ENOTDIR)\n`);
  });

  // A server that is not there is waited for (test/faults); these mistakes do not pass.
  it('names the database that does not exist, without the password', async () => {
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.pathname = '/no_such_database';
    const refused = await refusal({ DATABASE_URL: url.href });
    expect(refused).toBe(
      `DATABASE_URL: cannot connect to ${url.host}: database "no_such_database" does not exist\n`,
    );
  });

  it('names the account whose password is wrong, without showing it', async () => {
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.password = 'hunter2';
    expect(await refusal({ DATABASE_URL: url.href })).toBe(
      `DATABASE_URL: cannot connect to ${url.host}: ` +
        `password authentication failed for user "${url.username}"\n`,
    );
  });

  it('shows the stack to who debugs', async () => {
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.pathname = '/no_such_database';
    const tracker = await startTracker({ DATABASE_URL: url.href, LOG_LEVEL: 'debug' });
    expect(await tracker.exited).toBe(1);
    expect(tracker.stdout()).toContain('    at ');
  });
});
