import { SEVERITIES } from '@app/contracts';
import type { NoticeTransition, Severity, SystemCondition } from '@app/contracts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * For so long nobody may see it before it is over: a condition that comes and goes, or a process
 * that is replaced by another one, is one incident and not many.
 */
export const SETTLE_MS = MINUTE_MS;
/** What lasts is told again after so long. */
export const RENOTIFY_MS: Record<Severity, number> = {
  info: 24 * HOUR_MS,
  warning: 12 * HOUR_MS,
  critical: HOUR_MS,
};

/** That one process finds, or has found, something wrong. */
export interface Sighting {
  alertId: string;
  process: string;
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  firedAtMs: number;
  lastSeenMs: number;
  /** It holds as far as is known: not resolved, and its process was heard of just now. */
  isActive: boolean;
}

/** Something that is wrong with the instance, whichever of its processes see it. */
export interface Incident {
  id: string;
  condition: SystemCondition;
  /** The gravest it has been. */
  severity: Severity;
  detail: string;
  /** How many processes see it. */
  processes: number;
  firedAtMs: number;
  lastSeenMs: number;
  /** Since when nobody sees it any more. */
  quietSinceMs: number | null;
  resolvedAtMs: number | null;
  notifiedAtMs: number;
  /** How often it was told. */
  notices: number;
}

export interface IncidentNotice {
  transition: NoticeTransition;
  /** As it was then. */
  incident: Incident;
}

export interface IncidentStep {
  /** As it is to be kept. */
  incident: Incident;
  isNew: boolean;
  /** In the order in which they happened. */
  notices: IncidentNotice[];
}

/**
 * What becomes of one condition of the instance. Pure; to be called by one process at a time.
 * @param open the incident that is open, if one is
 * @param sightings of this condition: those of the open incident, and those that belong to none
 * @returns null where there is nothing to keep
 */
export function stepIncident(
  open: Incident | null,
  sightings: readonly Sighting[],
  nowMs: number,
  newId: () => string,
): IncidentStep | null {
  const before = open ?? begin(sightings, nowMs, newId);
  if (!before) return null;
  const active = sightings.filter(({ isActive }) => isActive);
  const notices: IncidentNotice[] = [];
  const tell = (transition: NoticeTransition, now: Incident): Incident => {
    const incident = { ...now, notifiedAtMs: nowMs, notices: now.notices + 1 };
    notices.push({ transition, incident });
    return incident;
  };
  let incident = active.length > 0 ? seen(before, active) : unseen(before, nowMs);
  if (!open) incident = tell('fired', incident);
  else if (rank(incident.severity) > rank(open.severity)) incident = tell('escalated', incident);
  const { quietSinceMs, severity } = incident;
  if (quietSinceMs !== null && nowMs - quietSinceMs >= SETTLE_MS) {
    incident = tell('resolved', { ...incident, resolvedAtMs: quietSinceMs });
  } else if (quietSinceMs === null && nowMs - incident.notifiedAtMs >= RENOTIFY_MS[severity]) {
    incident = tell('renotified', incident);
  }
  return { incident, isNew: open === null, notices };
}

function begin(
  sightings: readonly Sighting[],
  nowMs: number,
  newId: () => string,
): Incident | null {
  const worst = gravest(sightings);
  if (!worst) return null;
  return {
    id: newId(),
    condition: worst.condition,
    severity: worst.severity,
    detail: worst.detail,
    processes: 0,
    firedAtMs: Math.min(...sightings.map(({ firedAtMs }) => firedAtMs)),
    lastSeenMs: Math.max(...sightings.map(({ lastSeenMs }) => lastSeenMs)),
    quietSinceMs: null,
    resolvedAtMs: null,
    notifiedAtMs: nowMs,
    notices: 0,
  };
}

function seen(before: Incident, active: readonly Sighting[]): Incident {
  const worst = gravest(active);
  const severity = worst?.severity ?? before.severity;
  return {
    ...before,
    severity: rank(severity) > rank(before.severity) ? severity : before.severity,
    detail: worst?.detail ?? before.detail,
    processes: new Set(active.map(({ process }) => process)).size,
    lastSeenMs: Math.max(before.lastSeenMs, ...active.map(({ lastSeenMs }) => lastSeenMs)),
    quietSinceMs: null,
  };
}

/** Since it was found to be gone, not since it was last seen: others may only not have told yet. */
function unseen(before: Incident, nowMs: number): Incident {
  return { ...before, processes: 0, quietSinceMs: before.quietSinceMs ?? nowMs };
}

/** The newest of the gravest. */
function gravest(sightings: readonly Sighting[]): Sighting | undefined {
  return [...sightings].sort(
    (a, b) => rank(b.severity) - rank(a.severity) || b.lastSeenMs - a.lastSeenMs,
  )[0];
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
