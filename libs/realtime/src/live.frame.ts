import { LIVE_PATH } from '@app/contracts';
import type { LiveEventName, LiveEvents } from '@app/contracts';

/** One message to clients. Its payload is encoded once, however many clients get it. */
export class LiveFrame<K extends LiveEventName = LiveEventName> {
  /** What is to happen right after it was sent, before anything else is. */
  follow?: () => void;
  private dataJson?: string;

  /** @param seq position in the project's stream; absent for what is said to one client only */
  constructor(
    readonly type: K,
    readonly data: LiveEvents[K],
    readonly seq?: number,
  ) {}

  /** `{type, data, seq}`, for the plain WebSocket and within batches. */
  plain(): string {
    const seq = this.seq === undefined ? '' : `,"seq":${this.seq}`;
    return `{"type":"${this.type}","data":${this.json()}${seq}}`;
  }

  /** The EVENT packet of the Socket.IO protocol (revision 5): name, payload, sequence number. */
  socketIo(): string {
    const seq = this.seq === undefined ? '' : `,${this.seq}`;
    return `2${LIVE_PATH},["${this.type}",${this.json()}${seq}]`;
  }

  private json(): string {
    this.dataJson ??= JSON.stringify(this.data);
    return this.dataJson;
  }
}
