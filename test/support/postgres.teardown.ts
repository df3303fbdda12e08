import { rmSync } from 'node:fs';

import type { TestServer } from './postgres.setup.js';

export default async function tearDown(): Promise<void> {
  const server = (globalThis as { testServer?: TestServer }).testServer;
  if (!server) return;
  await server.postgres.stop();
  rmSync(server.folder, { recursive: true, force: true });
}
