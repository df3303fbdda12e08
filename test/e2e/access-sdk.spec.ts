import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentPerformanceTracker } from '@app/tracker';
import type { TrackerOptions } from '@app/tracker';
import WebSocket from 'ws';

import { AccessWorld } from '../support/access-world.js';
import { eventually } from '../support/eventually.js';

describe('the SDK where a key is asked for', () => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.boot();
  });
  afterAll(async () => world?.close());

  const agents = async (): Promise<string[]> => {
    const rows = await world.must<{ agentId: string }[]>('GET', '/agents', { key: world.admin });
    return rows.map(({ agentId }) => agentId);
  };

  async function report(agentId: string, options: Partial<TrackerOptions>): Promise<void> {
    const tracker = new AgentPerformanceTracker({ url: world.url, ...options });
    const agent = { id: agentId, name: agentId, type: 'cognitive' };
    await tracker.track(agent, { id: 't', name: 't' }, () => Promise.resolve(1));
    await tracker.flush();
    await tracker.close();
  }

  it.each<[string, Partial<TrackerOptions>]>([
    ['http', { transport: 'http' }],
    ['global-socket', { transport: 'websocket' }],
    ['ws-socket', { transport: 'websocket', webSocket: WebSocket }],
    [
      'ws-socket-with-headers',
      {
        transport: 'websocket',
        webSocket: WebSocket,
        headers: { 'x-team': 'blue' },
      },
    ],
    ['global-socket-with-headers', { transport: 'websocket', headers: { 'x-team': 'blue' } }],
  ])('sends it by %s', async (agentId, options) => {
    const { key } = await world.aKey(['ingest']);
    await report(agentId, { ...options, apiKey: key });
    expect(await agents()).toContain(agentId);
  });

  it('loses nothing while its key is not valid yet', async () => {
    const { key, keyId } = await world.aKey(['ingest']);
    await world.query('UPDATE api_keys SET revoked_at = now() WHERE key_id = $1', [keyId]);
    await world.query('UPDATE access_revision SET revision = revision + 1');
    const asks = (): Promise<number> =>
      world.ask('POST', '/metrics', { key, body: [] }).then(({ status }) => status);
    await eventually(async () => (await asks()) === 401 || undefined);
    const tracker = new AgentPerformanceTracker({
      url: world.url,
      apiKey: key,
      random: () => 0.05,
    });
    const agent = { id: 'patient', name: 'patient', type: 'cognitive' };
    await tracker.track(agent, { id: 't', name: 't' }, () => Promise.resolve(1));
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ accepted: 0, dropped: 0 });
    await world.query('UPDATE api_keys SET revoked_at = NULL WHERE key_id = $1', [keyId]);
    await world.query('UPDATE access_revision SET revision = revision + 1');
    await eventually(() => tracker.stats().accepted > 0 || undefined);
    await tracker.close();
    expect(await agents()).toContain('patient');
  });
});
