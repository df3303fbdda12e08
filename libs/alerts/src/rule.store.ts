import { Injectable } from '@nestjs/common';
import { BUILT_IN_RULES } from '@app/contracts';
import type { AlertRule } from '@app/contracts';
import type { VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';

import type { RunQuery } from './alert.store.js';
import { RULE_DEFAULTS, builtInRule, isBuiltIn } from './rules/built-in.js';

/** What of a rule is kept as one document: all that people can write. */
export type RuleDefinition = Omit<
  AlertRule,
  'id' | 'builtIn' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
>;

/** The rules of one project, as evaluation asks for them. */
export interface ProjectRules {
  projectId: number;
  project: string;
  all: readonly AlertRule[];
  byId: ReadonlyMap<string, AlertRule>;
}

interface RuleRow {
  rule_id: string;
  definition: RuleDefinition;
  version: number;
  created_at: Date;
  created_by: string;
  updated_at: Date;
  updated_by: string;
}

const columns = `rule_id, definition, version, created_at, created_by, updated_at, updated_by`;

// A built-in rule that nobody has tuned has no row and is version 1.
const create = `
INSERT INTO alert_rules (project_id, rule_id, definition, version, created_at, created_by,
  updated_at, updated_by)
VALUES ($1::integer, $2::text, $3::jsonb, $4::integer, $5::timestamptz, $6::text,
  $5::timestamptz, $6::text)
ON CONFLICT (project_id, rule_id) DO NOTHING
RETURNING ${columns}`;

const change = `
UPDATE alert_rules SET definition = $3::jsonb, version = version + 1, updated_at = $4::timestamptz,
  updated_by = $5::text
WHERE project_id = $1::integer AND rule_id = $2::text
  AND ($6::integer[] IS NULL OR version = ANY($6::integer[]))
RETURNING ${columns}`;

/** The table of rules. Built-in rules are in it only where they were tuned. */
@Injectable()
export class RuleStore {
  constructor(private readonly dataSource: DataSource) {}

  private readonly run: RunQuery = (sql, parameters) => this.dataSource.query(sql, parameters);

  /** Rules of every project, the built-in ones first. */
  async everything(run: RunQuery = this.run): Promise<ProjectRules[]> {
    const rows = await run<RuleRow & { project_id: number; slug: string }>(
      `SELECT p.project_id, p.slug, ${columns.replaceAll(/(\w+)(?=,|$)/g, 'r.$1')}
       FROM projects p LEFT JOIN alert_rules r ON r.project_id = p.project_id
       ORDER BY p.project_id, r.created_at, r.rule_id`,
    );
    const grouped = new Map<number, { slug: string; rows: RuleRow[] }>();
    for (const row of rows) {
      const own = grouped.get(row.project_id) ?? { slug: row.slug, rows: [] };
      if (row.rule_id !== null) own.rows.push(row);
      grouped.set(row.project_id, own);
    }
    return [...grouped].map(([projectId, { slug, rows: own }]) => {
      const all = withBuiltIns(own);
      return { projectId, project: slug, all, byId: new Map(all.map((rule) => [rule.id, rule])) };
    });
  }

  async list(projectId: number): Promise<AlertRule[]> {
    const rows = await this.run<RuleRow>(
      `SELECT ${columns} FROM alert_rules WHERE project_id = $1::integer
       ORDER BY created_at, rule_id`,
      [projectId],
    );
    return withBuiltIns(rows);
  }

  async find(projectId: number, ruleId: string): Promise<AlertRule | null> {
    const [row] = await this.run<RuleRow>(
      `SELECT ${columns} FROM alert_rules WHERE project_id = $1::integer AND rule_id = $2::text`,
      [projectId, ruleId],
    );
    if (row) return toRule(row);
    return isBuiltIn(ruleId) ? builtInRule(ruleId) : null;
  }

  /** @returns null when it exists already */
  async create(
    projectId: number,
    ruleId: string,
    definition: RuleDefinition,
    { now, by, version }: { now: Date; by: string; version: number },
  ): Promise<AlertRule | null> {
    const rows = await this.run<RuleRow>(create, [
      projectId,
      ruleId,
      JSON.stringify(definition),
      version,
      now,
      by,
    ]);
    return rows[0] ? toRule(rows[0]) : null;
  }

  /** @returns null when there is none (of the wanted versions) */
  async change(
    projectId: number,
    ruleId: string,
    definition: RuleDefinition,
    { now, by, versions }: { now: Date; by: string; versions: VersionCondition },
  ): Promise<AlertRule | null> {
    const [rows] = await this.dataSource.query<[RuleRow[], number]>(change, [
      projectId,
      ruleId,
      JSON.stringify(definition),
      now,
      by,
      versions === 'any' ? null : versions,
    ]);
    return rows[0] ? toRule(rows[0]) : null;
  }

  /** @returns whether there was one (of the wanted versions) */
  async remove(projectId: number, ruleId: string, condition: VersionCondition): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM alert_rules WHERE project_id = $1::integer AND rule_id = $2::text
         AND ($3::integer[] IS NULL OR version = ANY($3::integer[])) RETURNING rule_id`,
      [projectId, ruleId, condition === 'any' ? null : condition],
    );
    return rows.length > 0;
  }
}

export function definitionOf(rule: AlertRule): RuleDefinition {
  const { id, builtIn, version, createdAt, createdBy, updatedAt, updatedBy, ...definition } = rule;
  void [id, builtIn, version, createdAt, createdBy, updatedAt, updatedBy];
  return definition;
}

function withBuiltIns(rows: readonly RuleRow[]): AlertRule[] {
  const rules = new Map(rows.map((row) => [row.rule_id, toRule(row)]));
  const own = [...rules.values()].filter(({ builtIn }) => !builtIn);
  return [...BUILT_IN_RULES.map((name) => rules.get(name) ?? builtInRule(name)), ...own];
}

function toRule(row: RuleRow): AlertRule {
  return {
    // A rule of an older release lacks what was added since.
    ...RULE_DEFAULTS,
    ...row.definition,
    id: row.rule_id,
    builtIn: isBuiltIn(row.rule_id),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
