const MINUTE_MS = 60_000;

/** The (agent, minute) buckets that a group of executions touches, each once. */
export class MarkedMinutes {
  /** How many they are. */
  count = 0;
  /** Start of the first one, epoch ms. */
  firstMs = Infinity;
  /** Start of the last one, epoch ms. */
  lastMs = -Infinity;
  private readonly byAgent = new Map<number, Set<number>>();

  /** The minute of an instant, for an agent. */
  add(agentKey: number, atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    let minutes = this.byAgent.get(agentKey);
    if (!minutes) this.byAgent.set(agentKey, (minutes = new Set()));
    if (minutes.has(minute)) return;
    minutes.add(minute);
    this.count += 1;
    this.firstMs = Math.min(this.firstMs, minute * MINUTE_MS);
    this.lastMs = Math.max(this.lastMs, minute * MINUTE_MS);
  }

  /**
   * For each agent, keys ascending: the step from the key before, how many minutes, and each as
   * the step from the one before, the first one from `firstMs`. All as varints (base 128, least
   * significant group first).
   */
  encode(): Buffer {
    const bytes: number[] = [];
    let lastKey = 0;
    for (const [agentKey, minutes] of [...this.byAgent].sort(([a], [b]) => a - b)) {
      writeVarint(bytes, agentKey - lastKey);
      writeVarint(bytes, minutes.size);
      lastKey = agentKey;
      let last = this.firstMs / MINUTE_MS;
      for (const minute of [...minutes].sort((a, b) => a - b)) {
        writeVarint(bytes, minute - last);
        last = minute;
      }
    }
    return Buffer.from(bytes);
  }
}

/**
 * Reads what {@link MarkedMinutes.encode} wrote.
 * @param firstMs as it was at the writer
 * @param take gets the start of each minute, epoch ms
 */
export function eachMarkedMinute(
  bytes: Uint8Array,
  firstMs: number,
  take: (agentKey: number, minuteMs: number) => void,
): void {
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  let agentKey = 0;
  while (at < bytes.length) {
    agentKey += next();
    let minute = firstMs / MINUTE_MS;
    for (let left = next(); left > 0; left -= 1) {
      minute += next();
      take(agentKey, minute * MINUTE_MS);
    }
  }
}

function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
