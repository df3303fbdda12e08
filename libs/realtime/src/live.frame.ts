import { LIVE_PATH } from '@app/contracts';
import type { LiveEventName, LiveEvents } from '@app/contracts';

/** One message to clients, encoded once per door however many clients get it. */
export class LiveFrame<K extends LiveEventName = LiveEventName> {
  private dataJson?: string;
  private plainFrame?: Buffer;
  private socketIoPacket?: string;

  /** @param seq position in the project's stream; absent for what is said to one client only */
  constructor(
    readonly type: K,
    readonly data: LiveEvents[K],
    readonly seq?: number,
  ) {}

  /** `{type, data, seq}` as UTF-8, for the plain WebSocket. */
  plain(): Buffer {
    const seq = this.seq === undefined ? '' : `,"seq":${this.seq}`;
    this.plainFrame ??= Buffer.from(`{"type":"${this.type}","data":${this.json()}${seq}}`);
    return this.plainFrame;
  }

  /** The EVENT packet of the Socket.IO protocol (revision 5): name, payload, sequence number. */
  socketIo(): string {
    const seq = this.seq === undefined ? '' : `,${this.seq}`;
    this.socketIoPacket ??= `2${LIVE_PATH},["${this.type}",${this.json()}${seq}]`;
    return this.socketIoPacket;
  }

  private json(): string {
    this.dataJson ??= JSON.stringify(this.data);
    return this.dataJson;
  }
}
