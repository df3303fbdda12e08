import { once } from 'node:events';
import { Agent, get as request } from 'node:http';
import type { IncomingMessage } from 'node:http';

export const API = '/api/v1/agent-performance';

const agent = new Agent({ keepAlive: true });

/** Until the last byte is there: what the asking side makes of them is not the server's. */
export async function get(port: number, path: string): Promise<number> {
  const asking = request({ host: '127.0.0.1', port, path: `${API}${path}`, agent });
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) bytes += chunk.length;
  if (answer.statusCode !== 200) throw new Error(`${path}: ${String(answer.statusCode)}`);
  return bytes;
}
