import { invalidRequest } from '@app/platform';

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

/** Opaque to the client; holds only what the list itself shows. */
export function encodeCursor({ firedAt, agentKey, alertId }: AlertPosition): string {
  return Buffer.from(`${firedAt.getTime()}/${agentKey}~${alertId}`).toString('base64url');
}

/** @throws DomainError `invalid-request` (400) */
export function decodeCursor(cursor: string): AlertPosition {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split('/');
  const firedAt = new Date(Number(time));
  if (!/^-?\d{1,16}$/.test(time) || !ID.test(id) || Number.isNaN(firedAt.getTime())) {
    throw invalidRequest([
      { path: 'cursor', code: 'invalid-value', detail: 'must be a nextCursor of this list' },
    ]);
  }
  return { firedAt, ...parseAlertId(id) };
}
