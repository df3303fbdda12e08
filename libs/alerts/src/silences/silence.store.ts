import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Silence, SilenceMatcher, WeeklyRecurrence } from '@app/contracts';
import type { VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';

import type { RunQuery } from '../alert.store.js';

/** A silence of a project; its state depends on the time of asking. */
export type StoredSilence = Omit<Silence, 'state'> & { projectId: number };

/** What people write of it. */
export type SilenceDefinition = Pick<
  Silence,
  'matchers' | 'startsAt' | 'endsAt' | 'recurrence' | 'comment'
>;

interface SilenceRow {
  silence_id: string;
  project_id: number;
  matchers: SilenceMatcher[];
  starts_at: Date;
  ends_at: Date;
  recurrence: WeeklyRecurrence | null;
  comment: string;
  version: number;
  created_at: Date;
  created_by: string;
  updated_at: Date;
}

/** The table of silences. */
@Injectable()
export class SilenceStore {
  constructor(private readonly dataSource: DataSource) {}

  private readonly run: RunQuery = (sql, parameters) => this.dataSource.query(sql, parameters);

  /** Of every project, those that have not ended. */
  async live(now: Date, run: RunQuery = this.run): Promise<StoredSilence[]> {
    const rows = await run<SilenceRow>(
      'SELECT * FROM alert_silences WHERE ends_at > $1::timestamptz ORDER BY created_at, silence_id',
      [now],
    );
    return rows.map(toSilence);
  }

  /** Newest first; ended ones, too. */
  async list(projectId: number, limit: number): Promise<StoredSilence[]> {
    const rows = await this.run<SilenceRow>(
      `SELECT * FROM alert_silences WHERE project_id = $1::integer
       ORDER BY ends_at DESC, silence_id LIMIT $2::integer`,
      [projectId, limit],
    );
    return rows.map(toSilence);
  }

  async find(projectId: number, id: string): Promise<StoredSilence | null> {
    const [row] = await this.run<SilenceRow>(
      'SELECT * FROM alert_silences WHERE project_id = $1::integer AND silence_id = $2::uuid',
      [projectId, id],
    );
    return row ? toSilence(row) : null;
  }

  async create(
    projectId: number,
    definition: SilenceDefinition,
    by: string,
    now: Date,
  ): Promise<StoredSilence> {
    const [row] = await this.run<SilenceRow>(
      `INSERT INTO alert_silences (silence_id, project_id, matchers, starts_at, ends_at, recurrence,
         comment, version, created_at, created_by, updated_at)
       VALUES ($1::uuid, $2::integer, $3::jsonb, $4::timestamptz, $5::timestamptz, $6::jsonb, $7, 1,
         $8::timestamptz, $9, $8::timestamptz) RETURNING *`,
      [randomUUID(), projectId, ...parametersOf(definition), now, by],
    );
    return toSilence(row as SilenceRow);
  }

  /** @returns null when there is none (of the wanted versions) */
  async change(
    projectId: number,
    id: string,
    definition: SilenceDefinition,
    condition: VersionCondition | null,
    now: Date,
  ): Promise<StoredSilence | null> {
    const [rows] = await this.dataSource.query<[SilenceRow[], number]>(
      `UPDATE alert_silences SET matchers = $3::jsonb, starts_at = $4::timestamptz,
         ends_at = $5::timestamptz, recurrence = $6::jsonb, comment = $7, version = version + 1,
         updated_at = $8::timestamptz
       WHERE project_id = $1::integer AND silence_id = $2::uuid
         AND ($9::integer[] IS NULL OR version = ANY($9::integer[])) RETURNING *`,
      [projectId, id, ...parametersOf(definition), now, versionsOf(condition)],
    );
    return rows[0] ? toSilence(rows[0]) : null;
  }

  /** @returns whether there was one (of the wanted versions) */
  async remove(
    projectId: number,
    id: string,
    condition: VersionCondition | null,
  ): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM alert_silences WHERE project_id = $1::integer AND silence_id = $2::uuid
         AND ($3::integer[] IS NULL OR version = ANY($3::integer[])) RETURNING silence_id`,
      [projectId, id, versionsOf(condition)],
    );
    return rows.length > 0;
  }
}

function versionsOf(condition: VersionCondition | null): number[] | null {
  return Array.isArray(condition) ? condition : null;
}

function parametersOf(definition: SilenceDefinition): unknown[] {
  const { matchers, startsAt, endsAt, recurrence, comment } = definition;
  return [
    JSON.stringify(matchers),
    // The database reads fewer offsets and years than a text can hold.
    new Date(startsAt),
    new Date(endsAt),
    recurrence && JSON.stringify(recurrence),
    comment,
  ];
}

function toSilence(row: SilenceRow): StoredSilence {
  return {
    id: row.silence_id,
    projectId: row.project_id,
    matchers: row.matchers,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    recurrence: row.recurrence,
    comment: row.comment,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
  };
}
