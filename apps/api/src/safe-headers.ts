import type { FastifyInstance } from 'fastify';

/** Powers of the browser that no page of ours uses. */
const UNUSED = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'browsing-topics'];

/** What every answer says to browsers, whoever gives it. */
export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': UNUSED.map((name) => `${name}=()`).join(', '),
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** To be called before anything else can answer. */
export function sendSafeHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SAFE_HEADERS, 'x-request-id': request.id });
    done();
  });
}
