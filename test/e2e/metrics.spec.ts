import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYSTEM_CONDITIONS } from '@app/contracts';
import type { Answer, IngestResult } from '@app/contracts';
import { WebSocket } from 'ws';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { readExposition } from '../support/exposition.js';
import { aRecord } from '../support/ingest-requests.js';

const EVIL = 'agent "x"\\\n{injected="1"} 7';

describe('GET /metrics', () => {
  let server: BootedApp;
  beforeAll(async () => {
    server = await bootApp();
  });
  afterAll(() => server.close());
  /** Figures of agents are kept for a while. */
  const scrape = (query = '?agents=off') => readExposition(server.url, query);

  it('counts what became of records, and the commits', async () => {
    const before = await scrape();
    const records = [
      aRecord({ agentId: EVIL }),
      aRecord({ agentId: 'plain' }),
      { ...aRecord(), complexity: 9 },
    ];
    const { body } = await server.send<Answer<IngestResult>>('POST', '/metrics', records);
    expect(body.data).toMatchObject({ accepted: 2, rejected: [{ index: 2 }] });
    await server.send('POST', '/metrics', records.slice(0, 1));
    const after = await scrape();
    const grown = (series: string): number => after.value(series) - before.value(series, 0);
    expect(grown('apt_ingest_records_total{outcome="accepted"}')).toBe(2);
    expect(grown('apt_ingest_records_total{outcome="duplicate"}')).toBe(1);
    expect(grown('apt_ingest_records_total{outcome="rejected"}')).toBe(1);
    expect(grown('apt_ingest_rejected_total{code="invalid-value"}')).toBe(1);
    expect(grown('apt_ingest_commit_seconds_count')).toBe(2);
    expect(grown('apt_ingest_group_records_sum')).toBe(3);
    // A duplicate is what plain COPY cannot take.
    expect(grown('apt_ingest_copy_fallbacks_total')).toBe(1);
    expect(grown('apt_http_responses_total{code="200"}')).toBeGreaterThanOrEqual(2);
  });

  it('tells of agents, whatever their names hold', async () => {
    const exposition = await scrape('');
    const label = 'project="default",agent_id="plain",agent_type="cognitive"';
    expect(exposition.value(`apt_agent_executions{${label},outcome="success"}`)).toBe(1);
    expect(exposition.value(`apt_agent_success_ratio{${label}}`)).toBe(1);
    expect(exposition.text).toContain(String.raw`agent_id="agent \"x\"\\\n{injected=\"1\"} 7"`);
    expect(exposition.value('apt_agents_omitted{project="default"}')).toBe(0);
    const own = await (await fetch(`${server.url}/metrics?agents=off`)).text();
    expect(own).not.toContain('apt_agent_');
  });

  it('is well-formed: each series once, each with a type, all numbers', async () => {
    const { text, series } = await scrape('');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(series.size).toBe(lines.length);
    for (const [name, value] of series) {
      // Node has no mean of a delay that it has not measured yet.
      const measured = Number.isFinite(value) || name.startsWith('nodejs_');
      expect([name, measured]).toEqual([name, true]);
      const base = (/^[a-z_0-9]+/.exec(name)?.[0] ?? '').replace(/_(bucket|sum|count)$/, '');
      expect(text).toMatch(new RegExp(`# TYPE ${base}`));
    }
  });

  it('tells of the database, crons, pools, sockets and conditions', async () => {
    const door = `${server.url.replace('http', 'ws')}/agent-performance`;
    const sockets = [new WebSocket(door), new WebSocket(`${door}/ingest`)];
    const found = await eventually(async () => {
      const exposition = await scrape();
      const [plain, ingest] = ['plain', 'ingest'].map((name) =>
        exposition.value(`apt_sockets{door="${name}"}`),
      );
      return plain === 1 && ingest === 1 ? exposition : undefined;
    });
    for (const socket of sockets) socket.close();
    expect(found.value('apt_database_up')).toBe(1);
    expect(found.value('apt_rollup_lag_seconds')).toBeGreaterThanOrEqual(0);
    expect(found.value('apt_outbox_open')).toBe(0);
    expect(found.value('apt_cron_age_seconds{cron="rollup"}')).toBeGreaterThanOrEqual(0);
    for (const pool of ['main', 'ingest', 'read', 'export']) {
      expect(found.value(`apt_database_pool_waiting{pool="${pool}"}`)).toBe(0);
    }
    for (const condition of SYSTEM_CONDITIONS) {
      expect(found.value(`apt_condition{condition="${condition}"}`)).toBeLessThanOrEqual(1);
    }
    expect(found.value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    await eventually(async () => {
      const { value } = await scrape();
      return value('apt_sockets{door="plain"}') === 0 ? true : undefined;
    });
  });

  it.each(['?bogus=1', '?agents=maybe', '?agents=on&agents=off'])('refuses %s', async (query) => {
    const answer = await fetch(`${server.url}/metrics${query}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
  });
});
