import type { FastifyRequest } from 'fastify';

/** Headers of proxies, behind which anybody can be. */
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
];

/** Whether who asks sits on this machine, as far as the connection can tell. */
export function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const loopback = address === '::1' || address.startsWith('127.');
  return loopback && FORWARDED.every((name) => headers[name] === undefined);
}
