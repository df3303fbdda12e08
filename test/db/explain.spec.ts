import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollupService } from '@app/aggregation';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { marksLeft } from '../support/rollup-oracle.js';

const GOLDEN = join(import.meta.dirname, '../golden/explain');
const DAY_MS = 86_400_000;

/** The node types of a plan with the indexes that they use; partitions and costs left out. */
interface Node {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: Node[];
}

function outline(node: Node, depth = 0): string {
  // Which way an index is walked is a matter of a few rows more or less.
  if (node['Node Type'] === 'Bitmap Heap Scan') {
    return (node.Plans ?? []).map((child) => outline(child, depth)).join('\n');
  }
  const type = node['Node Type'].replace(/^(Index Only|Bitmap Index) Scan$/, 'Index Scan');
  const object = (node['Index Name'] ?? node['Relation Name'] ?? '').replace(/_p\d{8}/, '_p<day>');
  const line = `${'  '.repeat(depth)}${type}${object && ` on ${object}`}`;
  const lines = (node.Plans ?? []).map((child) => outline(child, depth + 1));
  return [line, ...lines.filter((one, index) => one !== lines[index - 1])].join('\n');
}

/** With `UPDATE_GOLDENS=1` the goldens are written anew: look at the difference before committing. */
describe('the plans of the hot questions', () => {
  const nowMs = Date.parse('2026-11-20T12:00:00Z');
  let server: BootedApp;
  let client: pg.Client;
  const seen = new Map<string, string>();

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(nowMs) } });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    const span = { fromMs: nowMs - 9 * DAY_MS, toMs: nowMs };
    for (let seed = 1; seed <= 4; seed += 1) {
      const records = randomHistory({ count: 5000, agents: 300, ...span, random: seeded(seed) });
      await server.send('POST', '/metrics', records);
    }
    await eventually(async () => {
      // Does nothing while one is under way.
      await server.app.get(RollupService).sweep();
      const { rows } = await client.query('SELECT 1 FROM agent_performance_window LIMIT 1');
      return rows.length > 0 && (await marksLeft(client)) === 0 ? true : undefined;
    }, 'the roller');
    await client.query('VACUUM ANALYZE');
    watch();
    for (const path of [
      '/summary?window=7d',
      `/summary?from=${iso(nowMs - 5 * DAY_MS - 12_345)}&to=${iso(nowMs - DAY_MS - 54_321)}`,
      '/trends?agentId=agent-7&period=hour&window=7d',
      '/metrics?agentId=agent-7&limit=50',
    ]) {
      expect((await server.get(path)).status).toBe(200);
    }
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  /** Hears every statement that a read sends. */
  function watch(): void {
    const prototype = pg.Client.prototype as unknown as {
      query: (this: pg.Client, ...parameters: unknown[]) => unknown;
    };
    const original = prototype.query;
    const heard: [sql: string, values: unknown[]][] = [];
    prototype.query = function (statement, ...more): unknown {
      if (typeof statement === 'string') heard.push([statement, (more[0] as unknown[]) ?? []]);
      else {
        for (const sql of submitted(statement)) heard.push([sql, []]);
      }
      return original.call(this, statement, ...more);
    };
    restore = async () => {
      prototype.query = original;
      for (const [sql, values] of heard) await note(sql, Array.isArray(values) ? values : []);
    };
  }
  let restore: () => Promise<void> = () => Promise.resolve();

  async function note(sql: string, values: unknown[]): Promise<void> {
    const name = nameOf(sql);
    if (!name || seen.has(name)) return;
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Node }[] }>(
      `EXPLAIN (FORMAT JSON) ${sql}`,
      values,
    );
    seen.set(name, outline(rows[0]!['QUERY PLAN'][0]!.Plan));
  }

  it('are those that were looked at', async () => {
    await restore();
    expect([...seen.keys()].sort()).toEqual(NAMES.map(([name]) => name).sort());
    for (const [name, plan] of seen) {
      const path = join(GOLDEN, `${name}.txt`);
      if (process.env.UPDATE_GOLDENS) {
        mkdirSync(GOLDEN, { recursive: true });
        writeFileSync(path, `${plan}\n`);
      }
      expect([name, `${plan}\n`]).toEqual([name, readFileSync(path, 'utf8')]);
    }
  });
});

const iso = (ms: number): string => new Date(ms).toISOString();

const NAMES: [name: string, pattern: RegExp][] = [
  ['marks', /^SELECT 0 AS kind, mark_id/],
  ['window', /^SELECT agent_key, state, head, tail/],
  ['rollups-of-a-fleet', /^SELECT a\.agent_key[^]*ANY[^]*bucket_start >=/],
  ['rollups-of-an-agent', /^SELECT a\.\*[^]*agent_performance_aggregated/],
  ['agents-of-a-project', /^SELECT agent_key, agent_id, agent_name/],
  ['running-of-a-project', /^SELECT agent_key, count[^]*running_executions/],
  ['open-alerts-of-a-project', /^SELECT agent_key, count[^]*agent_performance_alerts/],
  ['raw-edge', /^SELECT m\.agent_key[^]*task_type, m\.complexity, m\.status[^]*'::int\[\]\)/],
];

function nameOf(sql: string): string | undefined {
  return NAMES.find(([, pattern]) => pattern.test(sql.trim()))?.[0];
}

/** The SELECTs within the COPYs that are sent past pg's own queries. */
function submitted(statement: unknown): string[] {
  const { submit } = statement as { submit?: (connection: unknown) => void };
  let copied = '';
  if (typeof submit !== 'function' || submit.name !== 'submit') return [];
  submit.call(statement, { query: (sql: string) => (copied = sql), stream: silent });
  return copied.split(';\n').flatMap((one) => /COPY \(([^]*)\) TO STDOUT/.exec(one)?.[1] ?? []);
}

const silent = { cork: () => undefined, uncork: () => undefined, write: () => true };
