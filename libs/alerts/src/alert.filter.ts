import type { ProjectScope } from '@app/access';
import type { AlertState } from '@app/contracts';
import { invalidRequest } from '@app/platform';

import { decodeCursor } from './alert-address.js';
import type { AlertFilter } from './alert.store.js';
import type { AlertsQuery } from './dto/alerts.query.js';

/**
 * What a query asks for.
 * @throws DomainError `invalid-request` for parameters that contradict each other
 */
export function toFilter(scope: ProjectScope, query: AlertsQuery): AlertFilter {
  const { agentId, agentType, ruleId, type, severity, limit, cursor } = query;
  const from = query.from === undefined ? undefined : new Date(query.from);
  const to = query.to === undefined ? undefined : new Date(query.to);
  if (from && to && from >= to) throw refused('to', 'must be after from');
  return {
    projectId: scope.projectId,
    agentId,
    agentType,
    ruleId,
    type,
    severity,
    states: wantedStates(query),
    from,
    to,
    after: cursor === undefined ? undefined : decodeCursor(scope.projectId, cursor),
    limit,
  };
}

const OPEN: AlertState[] = ['firing', 'acknowledged'];

function wantedStates({ state, resolved }: AlertsQuery): AlertState[] | undefined {
  if (state !== undefined && resolved !== undefined) {
    throw refused('resolved', 'must not be given together with state');
  }
  if (resolved !== undefined) return resolved === 'true' ? ['resolved'] : OPEN;
  if (state === undefined || state === 'all') return undefined;
  return state === 'open' ? OPEN : [state];
}

function refused(path: string, detail: string): Error {
  return invalidRequest([{ path, code: 'invalid-value', detail }]);
}
