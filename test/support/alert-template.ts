import type pg from 'pg';

/** A resolved alert, as JSON, with something in every column that must not be empty. */
export async function alertTemplate(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string; type: string; usual: string | null }>(
    `SELECT column_name AS name, data_type AS type, column_default AS usual
     FROM information_schema.columns
     WHERE table_name = 'agent_performance_alerts' AND is_nullable = 'NO'`,
  );
  const values: Record<string, unknown> = {};
  for (const { name, type } of rows) {
    if (type.startsWith('timestamp')) values[name] = '2026-01-01T00:00:00Z';
    else if (type === 'uuid') values[name] = '00000000-0000-7000-8000-000000000000';
    else if (type === 'boolean') values[name] = false;
    else if (type === 'text') values[name] = 'x';
    else if (type === 'jsonb') values[name] = {};
    else if (type === 'ARRAY') values[name] = [];
    else values[name] = 1;
  }
  return JSON.stringify({
    ...values,
    alert_type: 'slow_execution',
    severity: 'warning',
    state: 'resolved',
    subject_kind: 'agent',
  });
}
