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

  /**
   * @param take gets an object that is used again for the next row
   * @param agents only rows of these; all where it is not given
   */
  each(take: TakeRaw, agents?: ReadonlySet<number>): void {
    const row = emptyRow();
    const { figures } = this;
    for (let index = 0; index < this.length; index++) {
      if (agents && !agents.has(this.keys[index]!)) continue;
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

/**
 * Reads the rows that {@link PackedRows.encode} wrote.
 * @param take gets the start, epoch ms, and an object that is used again for the next row
 */
export function eachPacked(bytes: Buffer, take: (startedAtMs: number, row: RawRow) => void): void {
  if (bytes.length === 0) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kindsAt = 8 + view.getUint32(4);
  const types = typesOf(bytes.toString('utf8', 8, kindsAt));
  const length = view.getUint32(0);
  let at = kindsAt + length * 4;
  const next = (): number => {
    at += 8;
    return view.getFloat64(at - 8);
  };
  for (let index = 0; index < length; index++) {
    const kind = view.getUint32(kindsAt + index * 4);
    const startedAtMs = next();
    take(startedAtMs, {
      status: STATUSES[kind & 7]!,
      complexity: (kind >> 3) & 7,
      taskType: types[kind >>> 6]!,
      endedAtMs: next(),
      durationMs: next(),
      cpuPercent: orNull(next()),
      memoryMb: orNull(next()),
      networkBytes: orNull(next()),
      diskBytes: orNull(next()),
      inputTokens: orNull(next()),
      outputTokens: orNull(next()),
      costUsd: orNull(next()),
    });
  }
}

let lastJson = '[]';
let lastTypes: string[] = [];

/** Most agents do the same types of task, so the text of the row before is often that of this one. */
function typesOf(json: string): string[] {
  if (json !== lastJson) [lastJson, lastTypes] = [json, JSON.parse(json) as string[]];
  return lastTypes;
}

const orNull = (value: number): number | null => (value !== value ? null : value);
