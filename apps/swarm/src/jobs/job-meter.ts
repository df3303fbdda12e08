import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { ResourceUsage } from '@app/tracker';
import { JobFailure } from './job.js';

const MIB = 2 ** 20;
/** CPU time after which a job rests, milliseconds: short enough for others to get the core. */
const BURST_MS = 8;
const LONGEST_REST_MS = 1500;

/**
 * Measures one job and keeps it from taking a whole core. CPU is that of this thread plus that of
 * the child processes; memory is the highest heap seen, or the largest child if that is more.
 */
export class JobMeter {
  model: string | undefined;
  private readonly cpuAtStart = threadCpuMs();
  private childCpuMs = 0;
  private peakBytes = heapBytes();
  private diskBytes = 0;
  private networkBytes = 0;
  private tokens: Pick<ResourceUsage, 'inputTokens' | 'outputTokens'> = {};
  private restedAtMs = this.cpuAtStart;

  constructor(
    private readonly dutyCycle: number,
    readonly signal: AbortSignal,
  ) {}

  /**
   * Reads a UTF-8 text.
   * @throws JobFailure if the file holds something else
   */
  async readText(file: string): Promise<string> {
    const bytes = await readFile(file, { signal: this.signal });
    this.diskBytes += bytes.byteLength;
    this.sample();
    if (bytes.subarray(0, 8192).includes(0)) {
      throw new JobFailure('BinaryFile', `${file} is a binary file`);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new JobFailure('NotUtf8', `${file} is not UTF-8`);
    }
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(file, text, { signal: this.signal });
    this.diskBytes += Buffer.byteLength(text);
  }

  addChild(usage: { cpuMs: number; peakBytes: number }): void {
    this.childCpuMs += usage.cpuMs;
    this.peakBytes = Math.max(this.peakBytes, usage.peakBytes);
  }

  addChat(chat: {
    bytes: number;
    model: string;
    inputTokens?: number;
    outputTokens?: number;
  }): void {
    this.networkBytes += chat.bytes;
    this.model = chat.model;
    this.tokens = { inputTokens: chat.inputTokens, outputTokens: chat.outputTokens };
  }

  /** To be called between steps: notes the memory, and rests when the burst is over. */
  async breathe(): Promise<void> {
    this.signal.throwIfAborted();
    this.sample();
    const burstMs = threadCpuMs() + this.childCpuMs - this.restedAtMs;
    if (burstMs < BURST_MS || this.dutyCycle >= 1) return;
    const restMs = Math.min(LONGEST_REST_MS, burstMs * (1 / this.dutyCycle - 1));
    await delay(restMs, undefined, { signal: this.signal });
    this.restedAtMs = threadCpuMs() + this.childCpuMs;
  }

  usage(): ResourceUsage {
    this.sample();
    return {
      cpuMs: threadCpuMs() - this.cpuAtStart + this.childCpuMs,
      memoryMb: this.peakBytes / MIB,
      diskBytes: this.diskBytes,
      ...(this.networkBytes > 0 ? { networkBytes: this.networkBytes, ...this.tokens } : {}),
    };
  }

  private sample(): void {
    this.peakBytes = Math.max(this.peakBytes, heapBytes());
  }
}

/** CPU time of this thread; of the process where Node is too old to tell. Milliseconds. */
function threadCpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1000;
}

/** Memory of this thread's own heap, with its buffers. */
function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
