import { randomUUID } from 'node:crypto';

import { expect } from '@jest/globals';
import { RECORD_FIELDS } from '@app/contracts';
import type { Answer, FieldRule, IngestResult } from '@app/contracts';
import type { Client } from 'pg';

import { API } from './boot-app.js';
import type { BootedApp } from './boot-app.js';
import { aRecord } from './ingest-requests.js';

export const recordFields = Object.entries<FieldRule>(RECORD_FIELDS);

export const fieldsOf = (...kinds: FieldRule['kind'][]): string[] =>
  recordFields.filter(([, rule]) => kinds.includes(rule.kind)).map(([name]) => name);

/** A good record with one field that may be anything. */
export const changed = (name: string, value: unknown): object => ({ ...aRecord(), [name]: value });

export interface BadRecord {
  name: string;
  record: unknown;
  /** The field that has to be named. */
  path?: string;
  /** Default `invalid-value`. */
  code?: string;
}

/** Sends records to a server and looks at what it has stored. */
export class IngestDesk {
  constructor(
    private readonly server: BootedApp,
    private readonly client: Client,
  ) {}

  async send(body: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.server.url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  }

  async batch(records: readonly unknown[]): Promise<IngestResult> {
    const { text } = await this.send(JSON.stringify(records));
    return (JSON.parse(text) as Answer<IngestResult>).data;
  }

  async idsOf(agentId: string): Promise<string[]> {
    const { rows } = await this.client.query<{ id: string }>(
      `SELECT execution_id AS id FROM agent_performance_metrics
       JOIN agents USING (agent_key) WHERE agent_id = $1`,
      [agentId],
    );
    return rows.map(({ id }) => id);
  }

  /** Sends the bad ones with a good one on each side; only those may be stored. */
  async refusesEach(cases: readonly BadRecord[]): Promise<void> {
    const agentId = `good-${randomUUID()}`;
    const good = [aRecord({ agentId }), aRecord({ agentId })];
    const result = await this.batch([good[0], ...cases.map(({ record }) => record), good[1]]);
    const found = result.rejected.map(({ index, path, code, detail }) => ({
      name: cases[index - 1]?.name,
      path,
      code,
      named: path === undefined || detail.length > 5,
    }));
    expect(found).toEqual(
      cases.map(({ name, path, code }) => ({
        name,
        path,
        code: code ?? 'invalid-value',
        named: true,
      })),
    );
    expect(result.accepted).toBe(2);
    expect((await this.idsOf(agentId)).sort()).toEqual(good.map((one) => one.executionId).sort());
  }
}
