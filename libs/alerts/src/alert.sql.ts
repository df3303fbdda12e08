/** More of the same episode is worse when it is graver, or as grave with a worse figure. */
const worseFigure = `CASE WHEN a.alert_type = 'high_failure_rate'
    THEN EXCLUDED.actual_value < a.actual_value ELSE EXCLUDED.actual_value > a.actual_value END`;
const rank = (severity: string): string =>
  `array_position(ARRAY['info', 'warning', 'critical'], ${severity})`;
const worse = `(${rank('EXCLUDED.severity')} > ${rank('a.severity')}
    OR EXCLUDED.severity = a.severity AND ${worseFigure})`;
const ofTheWorse = (column: string): string =>
  `${column} = CASE WHEN ${worse} THEN EXCLUDED.${column} ELSE a.${column} END`;

// One statement however many executions. The newest resolutions come by a materialised CTE, since
// a correlated subquery on a distributed table is refused on a cluster.
export const raiseAlerts = `
WITH breach AS MATERIALIZED (
  SELECT * FROM unnest($1::integer[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::smallint[], $8::double precision[], $9::double precision[], $10::text[], $11::text[],
    $12::bigint[], $13::timestamptz[], $14::timestamptz[], $15::uuid[])
  AS b(agent_key, alert_id, fingerprint, alert_type, severity, task_type, complexity,
    threshold_value, actual_value, unit, message, breach_count, fired_at, last_seen_at, execution_id)
), settled AS MATERIALIZED (
  SELECT agent_key, fingerprint, max(resolved_at) AS resolved_at
  FROM agent_performance_alerts
  WHERE agent_key = ANY($1::integer[]) AND fingerprint = ANY($3::text[]) AND resolved_at IS NOT NULL
  GROUP BY agent_key, fingerprint
)
INSERT INTO agent_performance_alerts AS a (agent_key, alert_id, fingerprint, alert_type, severity,
  state, task_type, complexity, threshold_value, actual_value, unit, message, breach_count,
  fired_at, last_seen_at, execution_id)
SELECT b.agent_key, b.alert_id, b.fingerprint, b.alert_type, b.severity,
  'firing', b.task_type, b.complexity, b.threshold_value, b.actual_value, b.unit, b.message,
  b.breach_count, greatest(b.fired_at, s.resolved_at), b.last_seen_at, b.execution_id
FROM breach b
LEFT JOIN settled s ON s.agent_key = b.agent_key AND s.fingerprint = b.fingerprint
WHERE s.resolved_at IS NULL OR b.last_seen_at > s.resolved_at
ORDER BY b.agent_key, b.fingerprint
ON CONFLICT (agent_key, fingerprint) WHERE resolved_at IS NULL DO UPDATE SET
  ${ofTheWorse('severity')},
  ${ofTheWorse('threshold_value')},
  ${ofTheWorse('message')},
  actual_value = CASE WHEN ${worseFigure} THEN EXCLUDED.actual_value ELSE a.actual_value END,
  breach_count = a.breach_count + EXCLUDED.breach_count,
  execution_id = CASE WHEN EXCLUDED.last_seen_at >= a.last_seen_at
    THEN EXCLUDED.execution_id ELSE a.execution_id END,
  last_seen_at = greatest(a.last_seen_at, EXCLUDED.last_seen_at)
RETURNING *`;

const listed = 'agents.agent_id, agents.agent_name, agents.agent_type, projects.slug';
const joined = `JOIN agents ON agents.agent_key = a.agent_key
JOIN projects ON projects.project_id = agents.project_id`;

export const resolveAlerts = `
WITH a AS (
  UPDATE agent_performance_alerts SET state = 'resolved',
    resolved_at = greatest($3::timestamptz, last_seen_at), resolved_by = $4::text,
    resolve_reason = $5::text
  WHERE agent_key = ANY($1::integer[]) AND alert_id = ANY($2::uuid[]) AND resolved_at IS NULL
    AND ($6::timestamptz IS NULL OR last_seen_at <= $6::timestamptz)
  RETURNING *
)
SELECT a.*, ${listed} FROM a ${joined}
ORDER BY a.fired_at, a.agent_key, a.alert_id`;

export const findAlert = `
SELECT a.*, ${listed} FROM agent_performance_alerts a ${joined}
WHERE a.agent_key = $1::integer AND a.alert_id = $2::uuid AND agents.project_id = $3::integer`;

export const listAlerts = `
SELECT a.*, ${listed} FROM agent_performance_alerts a ${joined}
WHERE agents.project_id = $1::integer
  AND ($2::text IS NULL OR agents.agent_id = $2::text)
  AND ($3::text IS NULL OR a.alert_type = $3::text)
  AND ($4::text IS NULL OR a.severity = $4::text)
  AND ($5::text IS NULL OR a.state = $5::text)
  AND ($6::timestamptz IS NULL OR a.fired_at >= $6::timestamptz)
  AND ($7::timestamptz IS NULL OR a.fired_at < $7::timestamptz)
  AND ($8::timestamptz IS NULL OR a.fired_at <= $8::timestamptz
    AND (a.fired_at, a.agent_key, a.alert_id) < ($8::timestamptz, $9::integer, $10::uuid))
ORDER BY a.fired_at DESC, a.agent_key DESC, a.alert_id DESC
LIMIT $11::integer`;
