/** What has to be on for a commit to survive a crash of the machine. */
const SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

export interface Durability {
  /** `degraded`: what was acknowledged may be lost when the database's machine crashes. */
  durability: 'full' | 'degraded';
  /** The settings at fault, such as `fsync=off`; empty when durability is full. */
  degradedBy: string[];
}

/** Asks the database, over whatever pool. */
export type AskSettings = (
  sql: string,
  parameters: unknown[],
) => Promise<{ name: string; value: string }[]>;

/**
 * What the database makes of a commit, as this session would see it. `synchronous_commit=local` and
 * the like are full: they differ in what replicas know.
 * @throws the database's error when it cannot be asked
 */
export async function readDurability(ask: AskSettings): Promise<Durability> {
  const rows = await ask(
    'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name',
    [[...SETTINGS]],
  );
  const degradedBy = rows
    .filter(({ value }) => value === 'off')
    .map(({ name, value }) => `${name}=${value}`);
  return { durability: degradedBy.length === 0 ? 'full' : 'degraded', degradedBy };
}
