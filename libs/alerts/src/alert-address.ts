import { invalidRequest, isEpochMs, openCursor, sealCursor } from '@app/platform';

const ID = /^(0|[1-9]\d{0,9})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const MAX_KEY = 2 ** 31 - 1;

/** Where an alert lives; its id on the wire is `<agentKey>~<alertId>`. */
export interface AlertAddress {
  agentKey: number;
  alertId: string;
}

/** @throws DomainError `invalid-request` (400) */
export function parseAlertId(id: string): AlertAddress {
  const match = ID.exec(id);
  const agentKey = Number(match?.[1]);
  if (!match?.[2] || agentKey > MAX_KEY) {
    throw invalidRequest([
      { path: 'id', code: 'invalid-value', detail: 'must be an alert id: <number>~<UUID>' },
    ]);
  }
  return { agentKey, alertId: match[2].toLowerCase() };
}

/** Place in the list of alerts, newest first: the last alert that was shown. */
export interface AlertPosition extends AlertAddress {
  firedAt: Date;
}

type Place = [firedAtMs: number, id: string];

const listOf = (projectId: number): unknown => ['alerts', projectId];

/** Opaque to the client; holds only what the list itself shows. */
export function encodeCursor(projectId: number, position: AlertPosition): string {
  const { firedAt, agentKey, alertId } = position;
  const place: Place = [firedAt.getTime(), `${agentKey}~${alertId}`];
  return sealCursor(listOf(projectId), place);
}

/** @throws DomainError `invalid-request` (400) */
export function decodeCursor(projectId: number, cursor: string): AlertPosition {
  const [firedAtMs, id] = openCursor(listOf(projectId), cursor, isPlace);
  return { firedAt: new Date(firedAtMs), ...parseAlertId(id) };
}

function isPlace(value: unknown): value is Place {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [firedAtMs, id] = value as unknown[];
  return isEpochMs(firedAtMs) && typeof id === 'string' && ID.test(id);
}
