import type { MigrationInterface, QueryRunner } from 'typeorm';

import { summary } from './1764000001000-summary-view.js';

const open = 'FROM agent_performance_alerts WHERE resolved_at IS NULL';

/** An alert that has not fired yet is none for those who read the summary. */
export class PendingAlerts1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await replaceView(runner, summary.replace(open, `${open} AND state <> 'pending'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceView(runner, summary);
  }
}

async function replaceView(runner: QueryRunner, definition: string): Promise<void> {
  await runner.query(definition.replace('CREATE VIEW', 'CREATE OR REPLACE VIEW'));
}
