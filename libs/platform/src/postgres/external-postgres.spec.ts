import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { checkExternalPostgres } from './external-postgres.js';

/** Message with its length, as PostgreSQL sends it. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Lets anyone in and answers each query with one text value. */
function answerWith(version: string): (socket: Socket) => void {
  const ready = message('Z', Buffer.from('I'));
  const column = Buffer.from(
    '\0\x01server_version\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0',
    'latin1',
  );
  const value = Buffer.alloc(6);
  value.writeInt16BE(1);
  value.writeInt32BE(version.length, 2);
  const answer = Buffer.concat([
    message('T', column),
    message('D', Buffer.concat([value, Buffer.from(version)])),
    message('C', Buffer.from('SHOW\0')),
    ready,
  ]);
  return (socket) =>
    socket.on('data', (data) => {
      if (data[0] === 0) socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      else if (data[0] === 0x51) socket.write(answer);
    });
}

describe(checkExternalPostgres.name, () => {
  let server: Server | undefined;
  const sockets: Socket[] = [];
  const listen = async (talk: (socket: Socket) => void): Promise<string> => {
    server = createServer((socket) => {
      sockets.push(socket);
      talk(socket);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    server?.close();
    server = undefined;
  });

  it('tells the version', async () => {
    const at = await listen(answerWith('16.4 (Debian 16.4-1)'));
    await expect(checkExternalPostgres(`postgres://me@${at}/x`)).resolves.toEqual({
      version: '16.4',
    });
  });

  it('refuses a release before 15', async () => {
    const at = await listen(answerWith('14.9'));
    await expect(checkExternalPostgres(`postgres://me@${at}/x`)).rejects.toThrow(
      `DATABASE_URL: ${at} is PostgreSQL 14.9, and 15 or later is needed`,
    );
  });

  it('names host, port and reason in one line without the password', async () => {
    const at = await listen(() => undefined);
    server?.close();
    const failure = checkExternalPostgres(`postgres://me:hunter2@${at}/x`);
    await expect(failure).rejects.toThrow(
      new Error(`DATABASE_URL: cannot connect to ${at}: connect ECONNREFUSED ${at}`),
    );
  });

  it('gives up on a server that accepts and then says nothing', async () => {
    const at = await listen(() => undefined);
    const begun = Date.now();
    await expect(checkExternalPostgres(`postgres://me:x@${at}/x`)).rejects.toThrow(
      `DATABASE_URL: cannot connect to ${at}: timeout expired`,
    );
    expect(Date.now() - begun).toBeLessThan(8000);
  }, 10_000);
});
