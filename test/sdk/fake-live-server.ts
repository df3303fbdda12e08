import type { AddressInfo } from 'node:net';

import { LIVE_PATH } from '@app/contracts';
import { WebSocketServer } from 'ws';

const EVENTS = [
  {
    type: 'performance:taskCompleted',
    data: { taskName: 'Read', status: 'success', executionTime: 7 },
  },
  { type: 'performance:alert', data: { transition: 'fired', alert: { id: 'a1' } } },
];

/** The example of a README, for this server, ending soon. */
export function liveScript(readme: string, url: string, nodeMajor: number, ws: string): string {
  // Node before 22 has no WebSocket of its own.
  const given = nodeMajor < 22 ? `webSocket: (await import('${ws}')).WebSocket,` : '';
  return (/```js live\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
    .replace(/import (.*) from ('[^']+');/, 'const $1 = await import($2);')
    .replace("url: 'http://localhost:9999',", `url: '${url}', ${given}`)
    .replace('60_000', '1_500');
}

/** The live protocol as far as one client needs it: welcomes, answers, then tells two events. */
export async function startFakeLiveServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: LIVE_PATH });
  server.on('connection', (socket) => {
    const say = (type: string, data: object): void => socket.send(JSON.stringify({ type, data }));
    say('welcome', { project: 'default', serverTime: new Date(), stream: 'fake', seq: 0 });
    socket.on('message', (text: Buffer) => {
      const { requestId } = JSON.parse(text.toString()) as { requestId: string };
      say('reply', { requestId, data: { stream: 'fake', seq: 0 } });
      say(
        'batch',
        EVENTS.map((event, index) => ({ ...event, seq: index + 1 })),
      );
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
