import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A WebSocket client that costs next to nothing, so that thousands fit beside the server under test. */
export class LightSocket {
  /** Messages since the last call of `reset`. */
  frames = 0;
  bytes = 0;
  private pending: Buffer = Buffer.alloc(0);
  private isOpen = false;

  private constructor(
    private readonly socket: Socket,
    private readonly onText: (text: Buffer, socket: LightSocket) => void,
  ) {}

  /** @param onText gets each message; the bytes are valid during the call only */
  static open(
    port: number,
    path: string,
    onText: (text: Buffer, socket: LightSocket) => void,
  ): Promise<LightSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const light = new LightSocket(socket, onText);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
            'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        );
      });
      socket.on('data', (chunk: Buffer) => {
        light.take(chunk, (status) => {
          if (status.includes(' 101 ')) resolve(light);
          else reject(new Error(status));
        });
      });
    });
  }

  /** Masked with zeros, which changes nothing and is allowed to a client. */
  send(text: string, opcode = 0x1): void {
    const payload = Buffer.from(text);
    const head = Buffer.alloc(payload.length < 126 ? 6 : 8);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (payload.length < 126 ? payload.length : 126);
    if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
    this.socket.write(Buffer.concat([head, payload]));
  }

  /** Reads nothing any more, as a client that has been suspended. */
  stall(): void {
    this.socket.pause();
  }

  reset(): void {
    this.frames = 0;
    this.bytes = 0;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer, onStatus: (status: string) => void): void {
    let data = this.pending.length > 0 ? Buffer.concat([this.pending, chunk]) : chunk;
    if (!this.isOpen) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) {
        this.pending = data;
        return;
      }
      this.isOpen = true;
      onStatus(data.subarray(0, data.indexOf('\r\n')).toString());
      data = data.subarray(end + 4);
    }
    let at = 0;
    for (let next = this.frame(data, at); next !== null; next = this.frame(data, at)) at = next;
    this.pending = data.subarray(at);
  }

  /** @returns where the next frame begins, or null when this one is not complete */
  private frame(data: Buffer, at: number): number | null {
    if (data.length < at + 2) return null;
    const short = data[at + 1]! & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (data.length < at + head) return null;
    const length =
      short < 126
        ? short
        : short === 126
          ? data.readUInt16BE(at + 2)
          : Number(data.readBigUInt64BE(at + 2));
    const end = at + head + length;
    if (data.length < end) return null;
    const payload = data.subarray(at + head, end);
    const opcode = data[at]! & 15;
    if (opcode === 9) this.send(payload.toString(), 0xa);
    else if (opcode === 1) {
      this.frames += 1;
      this.bytes += length;
      this.onText(payload, this);
    }
    return end;
  }
}
