import { emptyRow } from './raw.rows.js';
import type { TakeRaw } from './raw.rows.js';
import type { RawRow } from './partial.js';

/** Figures of a row: start, end, duration, and what may be absent. */
const FIGURES = 10;
const STATUSES = ['success', 'failure', 'timeout', 'cancelled', 'abandoned'];

/**
 * Raw rows in a tenth of the memory that objects take: ten doubles each (NaN for what is absent)
 * and a small number for each text.
 */
export class PackedRows {
  length = 0;
  private figures: Float64Array;
  private keys: Int32Array;
  /** Task type, complexity and status as one number. */
  private kinds: Uint32Array;
  private readonly types: string[] = [];
  private readonly typeIds = new Map<string, number>();

  constructor(room = 16) {
    this.figures = new Float64Array(room * FIGURES);
    this.keys = new Int32Array(room);
    this.kinds = new Uint32Array(room);
  }

  add(agentKey: number, startedAtMs: number, row: Readonly<RawRow>): void {
    if (this.length === this.keys.length) this.grow();
    const { figures } = this;
    let at = this.length * FIGURES;
    figures[at++] = startedAtMs;
    figures[at++] = row.endedAtMs;
    figures[at++] = row.durationMs;
    figures[at++] = row.cpuPercent ?? NaN;
    figures[at++] = row.memoryMb ?? NaN;
    figures[at++] = row.networkBytes ?? NaN;
    figures[at++] = row.diskBytes ?? NaN;
    figures[at++] = row.inputTokens ?? NaN;
    figures[at++] = row.outputTokens ?? NaN;
    figures[at] = row.costUsd ?? NaN;
    this.keys[this.length] = agentKey;
    const status = STATUSES.indexOf(row.status);
    this.kinds[this.length] = this.typeId(row.taskType) * 64 + row.complexity * 8 + status;
    this.length += 1;
  }

  /** @param take gets an object that is used again for the next row */
  each(take: TakeRaw): void {
    const row = emptyRow();
    const { figures } = this;
    for (let index = 0; index < this.length; index++) {
      let at = index * FIGURES;
      const kind = this.kinds[index]!;
      row.status = STATUSES[kind & 7]!;
      row.complexity = (kind >> 3) & 7;
      row.taskType = this.types[kind >>> 6]!;
      const startedAtMs = figures[at++]!;
      row.endedAtMs = figures[at++]!;
      row.durationMs = figures[at++]!;
      row.cpuPercent = orNull(figures[at++]!);
      row.memoryMb = orNull(figures[at++]!);
      row.networkBytes = orNull(figures[at++]!);
      row.diskBytes = orNull(figures[at++]!);
      row.inputTokens = orNull(figures[at++]!);
      row.outputTokens = orNull(figures[at++]!);
      row.costUsd = orNull(figures[at]!);
      take(this.keys[index]!, startedAtMs, row);
    }
  }

  /** Agents and starts only. */
  eachStart(take: (agentKey: number, startedAtMs: number) => void): void {
    for (let index = 0; index < this.length; index++) {
      take(this.keys[index]!, this.figures[index * FIGURES]!);
    }
  }

  /** Bytes to store: number of rows, texts as JSON, kinds, figures; agents are left out. */
  encode(): Buffer {
    if (this.length === 0) return Buffer.alloc(0);
    const types = Buffer.from(JSON.stringify(this.types));
    const bytes = Buffer.allocUnsafe(8 + types.length + this.length * (4 + FIGURES * 8));
    let at = bytes.writeUInt32BE(this.length, 0);
    at = bytes.writeUInt32BE(types.length, at);
    at += types.copy(bytes, at);
    for (let index = 0; index < this.length; index++) {
      at = bytes.writeUInt32BE(this.kinds[index]!, at);
    }
    for (let index = 0; index < this.length * FIGURES; index++) {
      at = bytes.writeDoubleBE(this.figures[index]!, at);
    }
    return bytes;
  }

  /** The rows that {@link encode} wrote. */
  static decode(bytes: Buffer, agentKey: number): PackedRows {
    if (bytes.length === 0) return new PackedRows(0);
    const length = bytes.readUInt32BE(0);
    const rows = new PackedRows(length);
    let at = 8 + bytes.readUInt32BE(4);
    rows.types.push(...(JSON.parse(bytes.toString('utf8', 8, at)) as string[]));
    rows.keys.fill(agentKey);
    for (let index = 0; index < length; index++, at += 4) {
      rows.kinds[index] = bytes.readUInt32BE(at);
    }
    for (let index = 0; index < length * FIGURES; index++, at += 8) {
      rows.figures[index] = bytes.readDoubleBE(at);
    }
    rows.length = length;
    return rows;
  }

  private typeId(taskType: string): number {
    let id = this.typeIds.get(taskType);
    if (id === undefined) {
      id = this.types.push(taskType) - 1;
      this.typeIds.set(taskType, id);
    }
    return id;
  }

  private grow(): void {
    const room = Math.max(16, this.length * 2);
    const { figures, keys, kinds } = this;
    this.figures = new Float64Array(room * FIGURES);
    this.figures.set(figures);
    this.keys = new Int32Array(room);
    this.keys.set(keys);
    this.kinds = new Uint32Array(room);
    this.kinds.set(kinds);
  }
}

const orNull = (value: number): number | null => (value !== value ? null : value);
