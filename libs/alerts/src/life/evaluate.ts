import type { AlertRule, Severity } from '@app/contracts';

/** When a breach becomes an alert, and when that is over. */
export type LifePolicy = Pick<AlertRule, 'holdMs' | 'keepFiringMs' | 'noData'>;

/** What a look at the subject of a rule has shown. */
export type Reading =
  /** @param atMs when the breach was last seen, which may be before now */
  | { is: 'breached'; atMs: number; severity: Severity }
  /** @param sinceMs since when it has been all right */
  | { is: 'recovered'; sinceMs: number }
  /** Neither, or not significantly so. */
  | { is: 'between' }
  /** Too little data to tell. */
  | { is: 'missing' };

/** An open episode, as far as its life goes. Instants are epoch ms. */
export interface Episode {
  phase: 'pending' | 'firing' | 'acknowledged';
  /** The worst that was seen. */
  severity: Severity;
  /** The severity that was last told in a transition. */
  toldSeverity: Severity;
  activeAtMs: number;
  /** Null before it has fired for the first time. */
  firedAtMs: number | null;
  lastSeenAtMs: number;
  /** Since when it has been all right; null while it is not. */
  calmSinceMs: number | null;
  /** Since when there has been too little data; null while there is enough. */
  noDataSinceMs: number | null;
}

export type Effect =
  | 'pending'
  | 'fired'
  | 'escalated'
  | 'dataMissing'
  | 'dataBack'
  /** Was pending, never fired, and is gone. */
  | 'cleared'
  | 'resolved';

export interface Step {
  /** Null when there is no open episode any more. */
  episode: Episode | null;
  effects: Effect[];
}

const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

export function worse(a: Severity, b: Severity): Severity {
  return RANK[a] >= RANK[b] ? a : b;
}

/**
 * The one step of the state machine: what becomes of an episode (or of none) by a reading. Pure;
 * watching, back-testing and the tests all run it.
 */
export function evaluate(
  policy: LifePolicy,
  episode: Episode | null,
  reading: Reading,
  nowMs: number,
): Step {
  switch (reading.is) {
    case 'breached':
      return breached(policy, episode, reading, nowMs);
    case 'recovered':
      return recovered(policy, episode, reading.sinceMs, nowMs);
    case 'between':
      return between(episode);
    case 'missing':
      // Policy `alert` makes a breach of missing data before it comes here.
      return policy.noData === 'ok'
        ? recovered(policy, episode, nowMs, nowMs)
        : missing(episode, nowMs);
  }
}

function breached(
  policy: LifePolicy,
  before: Episode | null,
  { atMs, severity }: Extract<Reading, { is: 'breached' }>,
  nowMs: number,
): Step {
  const effects: Effect[] = [];
  const episode: Episode = before
    ? {
        ...before,
        severity: worse(severity, before.severity),
        lastSeenAtMs: Math.max(before.lastSeenAtMs, atMs),
      }
    : begun(atMs, severity);
  back(episode, effects);
  episode.calmSinceMs = null;
  // How long it has lasted: up to now, not up to the newest execution, which may be a while ago.
  const held = Math.max(nowMs, episode.lastSeenAtMs) - episode.activeAtMs >= policy.holdMs;
  if (episode.phase === 'pending' && held) {
    episode.phase = 'firing';
    episode.firedAtMs ??= policy.holdMs === 0 ? episode.activeAtMs : nowMs;
    effects.push('fired');
  } else if (!held && episode.phase !== 'pending') {
    // The hold was raised meanwhile: it has to earn its firing again.
    episode.phase = 'pending';
    effects.push('pending');
  } else if (!before) effects.push('pending');
  else if (episode.phase !== 'pending' && RANK[episode.severity] > RANK[episode.toldSeverity]) {
    effects.push('escalated');
  }
  if (effects.length > 0) episode.toldSeverity = episode.severity;
  return { episode, effects };
}

function begun(atMs: number, severity: Severity): Episode {
  return {
    phase: 'pending',
    severity,
    toldSeverity: severity,
    activeAtMs: atMs,
    firedAtMs: null,
    lastSeenAtMs: atMs,
    calmSinceMs: null,
    noDataSinceMs: null,
  };
}

function recovered(
  policy: LifePolicy,
  before: Episode | null,
  sinceMs: number,
  nowMs: number,
): Step {
  if (!before) return { episode: null, effects: [] };
  const effects: Effect[] = [];
  const episode = { ...before };
  back(episode, effects);
  if (episode.phase === 'pending') return { episode: null, effects: [...effects, ended(episode)] };
  episode.calmSinceMs ??= sinceMs;
  if (nowMs - episode.calmSinceMs >= policy.keepFiringMs) {
    return { episode: null, effects: [...effects, 'resolved'] };
  }
  return { episode, effects };
}

/** Not a breach: what is pending has been interrupted. Not over: what fires goes on. */
function between(before: Episode | null): Step {
  if (!before) return { episode: null, effects: [] };
  if (before.phase === 'pending') return { episode: null, effects: [ended(before)] };
  const effects: Effect[] = [];
  const episode = { ...before, calmSinceMs: null };
  back(episode, effects);
  return { episode, effects };
}

/** Nothing is resolved, and nothing fires, because of what is not known. */
function missing(before: Episode | null, nowMs: number): Step {
  if (!before || before.noDataSinceMs !== null) return { episode: before, effects: [] };
  return { episode: { ...before, noDataSinceMs: nowMs }, effects: ['dataMissing'] };
}

function back(episode: Episode, effects: Effect[]): void {
  if (episode.noDataSinceMs === null) return;
  episode.noDataSinceMs = null;
  effects.push('dataBack');
}

/** Who has fired before (and was demoted by an edited rule) is resolved, not forgotten. */
function ended({ firedAtMs }: Episode): Effect {
  return firedAtMs === null ? 'cleared' : 'resolved';
}
