import { runningPostgresUrl, startEmbeddedPostgres } from '@app/platform';
import type { AppConfig } from '@app/platform';

/** A database that an operator's command works on. */
export interface Store {
  url: string;
  /** Stops it if it was started for the command. */
  stop(): Promise<void>;
}

/** `DATABASE_URL`, or the embedded store of `DATA_DIR`, whether the server runs or not. */
export async function openStore({ databaseUrl, dataDir }: AppConfig): Promise<Store> {
  const url = databaseUrl ?? runningPostgresUrl(dataDir);
  if (url) return { url, stop: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres({ dataDir });
  return { url: postgres.url, stop: () => postgres.stop() };
}
