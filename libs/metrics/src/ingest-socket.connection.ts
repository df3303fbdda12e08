import { INGEST_CLOSINGS, LIMITS } from '@app/contracts';
import type { IngestAcknowledgement } from '@app/contracts';
import { sayFarewell } from '@app/platform';
import type { Closing } from '@app/platform';
import { WebSocket } from 'ws';

import { INGEST_SOCKET_LIMITS } from './ingest-socket.limits.js';
import type { IngestParcel, RejectedInMessage } from './ingest-socket.parcel.js';
import type { IngestTurn, TurnMember } from './ingest-socket.turn.js';
import { prepareRecord } from './record-validator.js';
import type { RecordContext, RecordProblem } from './record-validator.js';

const NOT_JSON: RecordProblem = {
  code: 'invalid-record',
  detail: 'the message is not valid JSON',
};
const TOO_MANY: RecordProblem = {
  code: 'invalid-record',
  detail: `at most ${LIMITS.batchRecords} records in one message`,
};

export interface IngestConnectionOptions {
  webSocket: WebSocket;
  turn: IngestTurn;
  /** What the records that come now are checked against. */
  contextNow: () => RecordContext;
  /** How to part when records could not be stored. */
  closingFor: (failure: unknown) => Closing;
}

/**
 * One client of the ingest socket: reads its messages, and says how far they are settled. Parcels
 * may settle in any order; the acknowledgement covers only those before the first unsettled one.
 */
export class IngestConnection implements TurnMember {
  private readonly webSocket: WebSocket;
  private readonly turn: IngestTurn;
  /** In the order of their messages, from the first that is not settled. */
  private readonly queue: IngestParcel[] = [];
  private context?: RecordContext;
  private received = 0;
  /** What is held for this connection. */
  private records = 0;
  private bytes = 0;
  private unreadBytes = 0;
  private readBytes = 0;
  private readBytesAtBeat = 0;
  private news: IngestAcknowledgement | null = null;
  private ending: Closing | null = null;
  private isGone = false;

  constructor(private readonly options: IngestConnectionOptions) {
    this.webSocket = options.webSocket;
    this.turn = options.turn;
  }

  receive(raw: Buffer, isBinary: boolean): void {
    if (this.ending || this.isGone) return;
    if (isBinary) {
      this.end(INGEST_CLOSINGS.binary);
      return;
    }
    const parcel = this.openParcel();
    this.received += 1;
    parcel.lastMessage = this.received;
    // An empty list is a message to be acknowledged, too.
    const size = Math.max(1, this.read(raw, parcel));
    parcel.size += size;
    parcel.bytes += raw.length;
    this.hold(size, raw.length);
  }

  /** Reads no more, and closes when what was read is settled. */
  end(closing: Closing): void {
    if (this.ending || this.isGone) return;
    this.ending = closing;
    this.webSocket.pause();
    this.turn.acknowledgeLater(this);
  }

  /** To be called when the socket has closed. */
  gone(): void {
    this.isGone = true;
    this.turn.release(this.records, this.bytes);
  }

  /** Whether there is life in it that reading would not show. */
  showsLife(): boolean {
    const hasRead = this.readBytes !== this.readBytesAtBeat;
    this.readBytesAtBeat = this.readBytes;
    return hasRead || (this.webSocket.isPaused && this.unreadBytes === 0);
  }

  advance(): void {
    if (this.isGone) return;
    let head = this.queue[0];
    while (head?.isSettled) {
      this.queue.shift();
      this.note(head);
      this.release(head.size, head.bytes);
      head = this.queue[0];
    }
    if (head?.failure !== undefined) this.end(this.options.closingFor(head.failure));
    this.turn.acknowledgeLater(this);
  }

  acknowledge(): void {
    if (this.isGone) return;
    if (this.news) this.say(JSON.stringify(this.news));
    this.news = null;
    const head = this.queue[0];
    if (this.ending && (!head || head.failure !== undefined)) {
      sayFarewell(this.webSocket, this.ending);
    }
  }

  readOn(): boolean {
    if (this.ending || this.isGone) return true;
    const { connectionRecords, connectionBytes } = INGEST_SOCKET_LIMITS;
    if (this.records > connectionRecords / 2 || this.bytes > connectionBytes / 2) return false;
    this.webSocket.resume();
    return true;
  }

  private openParcel(): IngestParcel {
    const last = this.queue.at(-1);
    if (last?.isOpen) return last;
    const parcel = this.turn.open(this);
    this.queue.push(parcel);
    this.context = this.options.contextNow();
    return parcel;
  }

  /** @returns how many records the message held */
  private read(raw: Buffer, parcel: IngestParcel): number {
    let value: unknown;
    try {
      value = JSON.parse(raw.toString());
    } catch {
      // A SyntaxError, which quotes the message; the message may hold secrets.
      parcel.reject(NOT_JSON, this.received, 0);
      return 1;
    }
    if (!Array.isArray(value)) {
      this.take(value, 0, parcel);
      return 1;
    }
    if (value.length > LIMITS.batchRecords) {
      parcel.reject(TOO_MANY, this.received, 0);
      return 1;
    }
    for (let index = 0; index < value.length; index += 1) this.take(value[index], index, parcel);
    return value.length;
  }

  private take(input: unknown, index: number, parcel: IngestParcel): void {
    const outcome = prepareRecord(input, this.context as RecordContext);
    if ('problem' in outcome) parcel.reject(outcome.problem, this.received, index);
    else parcel.add(outcome.record, this.received, index);
  }

  /** Puts a settled parcel into the next acknowledgement. */
  private note(parcel: IngestParcel): void {
    const news = (this.news ??= { acked: 0, accepted: 0, duplicates: 0 });
    news.acked = parcel.lastMessage;
    news.accepted += parcel.accepted;
    news.duplicates += parcel.duplicates;
    if (parcel.rejected.length > 0) {
      news.rejected = (news.rejected ?? ([] as RejectedInMessage[])).concat(parcel.rejected);
    }
  }

  private say(text: string): void {
    if (this.webSocket.readyState !== WebSocket.OPEN) return;
    const bytes = Buffer.byteLength(text);
    this.unreadBytes += bytes;
    this.hold(0, bytes);
    this.webSocket.send(text, () => {
      if (this.isGone) return;
      this.unreadBytes -= bytes;
      this.readBytes += bytes;
      this.release(0, bytes);
    });
  }

  private hold(records: number, bytes: number): void {
    this.records += records;
    this.bytes += bytes;
    this.turn.hold(records, bytes);
    const { connectionRecords, connectionBytes } = INGEST_SOCKET_LIMITS;
    const hasEnough = this.records >= connectionRecords || this.bytes >= connectionBytes;
    if ((hasEnough || this.turn.isFull) && !this.ending && !this.webSocket.isPaused) {
      this.webSocket.pause();
      this.turn.wait(this);
    }
  }

  private release(records: number, bytes: number): void {
    this.records -= records;
    this.bytes -= bytes;
    this.turn.release(records, bytes);
  }
}
