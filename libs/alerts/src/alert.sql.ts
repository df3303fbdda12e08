const rank = (severity: string): string =>
  `array_position(ARRAY['info', 'warning', 'critical'], ${severity})`;
/** Who breaches from below is worse the lower it is. */
const worseFigure = `CASE WHEN EXCLUDED.actual_value < EXCLUDED.threshold_value
    THEN EXCLUDED.actual_value < a.actual_value ELSE EXCLUDED.actual_value > a.actual_value END`;
/** More of the same episode is worse when it is graver, or as grave with a worse figure. */
const worse = `(${rank('EXCLUDED.severity')} > ${rank('a.severity')}
    OR EXCLUDED.severity = a.severity AND ${worseFigure})`;
const ofTheWorse = (column: string): string =>
  `${column} = CASE WHEN ${worse} THEN EXCLUDED.${column} ELSE a.${column} END`;

const listed = 'agents.agent_id, agents.agent_name, agents.agent_type, projects.slug';
const joined = `LEFT JOIN agents ON agents.agent_key = a.agent_key
JOIN projects ON projects.project_id = a.project_id`;

// One statement however many executions. The newest resolutions come by a materialised CTE, since
// a correlated subquery on a distributed table is refused on a cluster. A new episode begins as
// pending; the step of its life follows in the same transaction.
export const raiseAlerts = `
WITH breach AS MATERIALIZED (
  SELECT b.* FROM jsonb_to_recordset($1::jsonb) AS b(agent_key integer, alert_id uuid,
    project_id integer, rule_id text, subject_kind text, subject_value text, fingerprint text,
    alert_type text, severity text, task_type text, complexity smallint,
    threshold_value double precision, actual_value double precision, unit text, message text,
    breach_count bigint, first_seen_at timestamptz, last_seen_at timestamptz, execution_id uuid)
), settled AS MATERIALIZED (
  SELECT agent_key, fingerprint, max(resolved_at) AS resolved_at,
    count(*) FILTER (WHERE resolved_by = 'system' AND resolved_at > $4::timestamptz) AS recent
  FROM agent_performance_alerts
  WHERE agent_key = ANY($2::integer[]) AND fingerprint = ANY($3::text[]) AND resolved_at IS NOT NULL
  GROUP BY agent_key, fingerprint
), a AS (
  INSERT INTO agent_performance_alerts AS a (agent_key, alert_id, project_id, rule_id, subject_kind,
    subject_value, fingerprint, alert_type, severity, told_severity, state, task_type, complexity,
    threshold_value, actual_value, unit, message, breach_count, active_at, fired_at, last_seen_at,
    execution_id, flapping, sequence, revision)
  SELECT b.agent_key, b.alert_id, coalesce(b.project_id, known.project_id), b.rule_id,
    b.subject_kind, b.subject_value, b.fingerprint, b.alert_type, b.severity, b.severity, 'pending',
    b.task_type, b.complexity, b.threshold_value, b.actual_value, b.unit, b.message, b.breach_count,
    greatest(b.first_seen_at, s.resolved_at), greatest(b.first_seen_at, s.resolved_at),
    b.last_seen_at, b.execution_id, coalesce(s.recent, 0) >= $5::integer, 0, 0
  FROM breach b
  LEFT JOIN agents known ON known.agent_key = b.agent_key
  LEFT JOIN settled s ON s.agent_key = b.agent_key AND s.fingerprint = b.fingerprint
  WHERE (s.resolved_at IS NULL OR b.last_seen_at > s.resolved_at)
    AND coalesce(b.project_id, known.project_id) IS NOT NULL
  ORDER BY b.agent_key, b.fingerprint
  ON CONFLICT (agent_key, fingerprint) WHERE resolved_at IS NULL DO UPDATE SET
    ${ofTheWorse('severity')},
    ${ofTheWorse('threshold_value')},
    ${ofTheWorse('message')},
    actual_value = CASE WHEN ${worseFigure} THEN EXCLUDED.actual_value ELSE a.actual_value END,
    breach_count = a.breach_count + EXCLUDED.breach_count,
    execution_id = CASE WHEN EXCLUDED.last_seen_at >= a.last_seen_at
      THEN EXCLUDED.execution_id ELSE a.execution_id END,
    last_seen_at = greatest(a.last_seen_at, EXCLUDED.last_seen_at),
    revision = a.revision + 1
  RETURNING *
)
SELECT a.*, ${listed} FROM a ${joined}
ORDER BY a.agent_key, a.fingerprint`;

// A changed row is locked to the end of the transaction; unlike SELECT … FOR UPDATE this is also
// allowed over all shards of a cluster.
export const lockAlerts = `
WITH a AS (
  UPDATE agent_performance_alerts SET revision = revision + 1
  WHERE agent_key = ANY($1::integer[]) AND alert_id = ANY($2::uuid[])
    AND ($3::integer IS NULL OR project_id = $3::integer)
  RETURNING *
)
SELECT a.*, ${listed} FROM a ${joined}
ORDER BY a.agent_key, a.fingerprint`;

/** Columns that the steps of an alert's life change, with their types. */
export const LIFE_COLUMNS = {
  state: 'text',
  severity: 'text',
  told_severity: 'text',
  active_at: 'timestamptz',
  fired_at: 'timestamptz',
  last_seen_at: 'timestamptz',
  calm_since: 'timestamptz',
  no_data_since: 'timestamptz',
  resolved_at: 'timestamptz',
  resolved_by: 'text',
  resolve_reason: 'text',
  acknowledged_at: 'timestamptz',
  acknowledged_by: 'text',
  acknowledge_note: 'text',
  snoozed_until: 'timestamptz',
  silenced_by: 'uuid',
  flapping: 'boolean',
  has_fired: 'boolean',
  notified_at: 'timestamptz',
  notified_severity: 'text',
  sequence: 'integer',
} as const;
const lifeNames = Object.keys(LIFE_COLUMNS);

export const writeLives = `
UPDATE agent_performance_alerts a SET
  ${lifeNames.map((name) => `${name} = p.${name}`).join(', ')}, revision = a.revision + 1
FROM jsonb_to_recordset($1::jsonb) AS p(agent_key integer, alert_id uuid,
  ${Object.entries(LIFE_COLUMNS)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})
WHERE a.agent_key = p.agent_key AND a.alert_id = p.alert_id AND a.agent_key = ANY($2::integer[])`;

export const writeTransitions = `
INSERT INTO alert_transitions (agent_key, alert_id, sequence, transition, severity, actor, note, at)
SELECT t.* FROM jsonb_to_recordset($1::jsonb) AS t(agent_key integer, alert_id uuid,
  sequence integer, transition text, severity text, actor text, note text, at timestamptz)`;

export const deleteAlerts = `
DELETE FROM agent_performance_alerts
WHERE agent_key = ANY($1::integer[]) AND alert_id = ANY($2::uuid[])`;

export const openAlerts = `
SELECT a.*, ${listed} FROM agent_performance_alerts a ${joined}
WHERE a.resolved_at IS NULL
ORDER BY a.last_seen_at DESC, a.agent_key, a.alert_id LIMIT $1::integer`;

export const openAlertsOfRule = `
SELECT a.agent_key, a.alert_id FROM agent_performance_alerts a
WHERE a.project_id = $1::integer AND a.rule_id = $2::text AND a.resolved_at IS NULL`;

export const findAlert = `
SELECT a.*, ${listed} FROM agent_performance_alerts a ${joined}
WHERE a.agent_key = $1::integer AND a.alert_id = $2::uuid AND a.project_id = $3::integer`;

export const listAlerts = `
SELECT a.*, ${listed} FROM agent_performance_alerts a ${joined}
WHERE a.project_id = $1::integer
  AND ($2::text IS NULL OR agents.agent_id = $2::text)
  AND ($3::text IS NULL OR a.alert_type = $3::text)
  AND ($4::text IS NULL OR a.severity = $4::text)
  AND ($5::text[] IS NULL OR a.state = ANY($5::text[]))
  AND ($6::timestamptz IS NULL OR a.fired_at >= $6::timestamptz)
  AND ($7::timestamptz IS NULL OR a.fired_at < $7::timestamptz)
  AND ($8::timestamptz IS NULL OR a.fired_at <= $8::timestamptz
    AND (a.fired_at, a.agent_key, a.alert_id) < ($8::timestamptz, $9::integer, $10::uuid))
  AND ($12::text IS NULL OR a.rule_id = $12::text)
  AND ($13::text IS NULL OR agents.agent_type = $13::text)
ORDER BY a.fired_at DESC, a.agent_key DESC, a.alert_id DESC
LIMIT $11::integer`;

export const alertTransitions = `
SELECT sequence, transition, severity, actor, note, at FROM alert_transitions
WHERE agent_key = $1::integer AND alert_id = $2::uuid ORDER BY sequence`;
