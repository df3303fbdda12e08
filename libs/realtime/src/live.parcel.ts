import { LIVE_PATH } from '@app/contracts';

import type { LiveFrame } from './live.frame.js';

/** A text frame of the WebSocket protocol from a server (RFC 6455, section 5.2): final, unmasked. */
function webSocketFrame(payload: Buffer): Buffer[] {
  const { length } = payload;
  if (length < 126) return [Buffer.from([0x81, length]), payload];
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    head.writeUInt32BE(length % 2 ** 32, 6);
  }
  return [head, payload];
}

/** What the engine of Socket.IO is given. */
export interface EnginePackets {
  /** The messages. */
  texts: readonly string[];
  /** The same, as frames of a WebSocket in a row. */
  webSocketFrames: Buffer;
}

/** What clients with the same wish get at one time, encoded once per door. */
export class LiveParcel {
  private bytes?: Buffer;
  private packets?: EnginePackets;

  /** @param isBatched whether events travel together as one message */
  constructor(
    readonly frames: readonly LiveFrame[],
    private readonly isBatched = false,
  ) {}

  /** For the plain WebSocket: all frames in a row, to be written to the socket as they are. */
  plain(): Buffer {
    this.bytes ??= Buffer.concat(
      this.plainTexts().flatMap((text) => webSocketFrame(Buffer.from(text))),
    );
    return this.bytes;
  }

  /** For Socket.IO: EVENT packets (protocol revision 5) with name, payload, sequence number. */
  socketIo(): EnginePackets {
    if (!this.packets) {
      const texts = this.packetTexts();
      // The engine's own mark of a message stands before each.
      const frames = texts.flatMap((text) => webSocketFrame(Buffer.from(`4${text}`)));
      this.packets = { texts, webSocketFrames: Buffer.concat(frames) };
    }
    return this.packets;
  }

  private plainTexts(): string[] {
    if (!this.isBatched) return this.frames.map((frame) => frame.plain());
    const events = this.frames.map((frame) => frame.plain()).join(',');
    return [`{"type":"batch","data":[${events}],"seq":${this.lastSeq}}`];
  }

  private packetTexts(): string[] {
    if (!this.isBatched) return this.frames.map((frame) => frame.socketIo());
    const events = this.frames.map((frame) => frame.plain()).join(',');
    return [`2${LIVE_PATH},["batch",[${events}],${this.lastSeq}]`];
  }

  private get lastSeq(): number {
    return this.frames.at(-1)?.seq ?? 0;
  }
}
