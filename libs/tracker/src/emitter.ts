/** Whatever an event carries: the public methods keep name and arguments together. */
type Listener = (this: unknown, ...args: unknown[]) => void;

interface Entry {
  listener: Listener;
  once: boolean;
}

/**
 * Events by name. Like Node's emitter as far as it goes, without Node; a listener that throws is
 * ignored, since it must not reach the work that is measured.
 */
export class Emitter<E extends { [K in keyof E]: unknown[] }> {
  private readonly entries = new Map<keyof E, readonly Entry[]>();

  on<K extends keyof E>(event: K, listener: (...args: E[K]) => void): this {
    return this.add(event, { listener: listener as unknown as Listener, once: false });
  }

  once<K extends keyof E>(event: K, listener: (...args: E[K]) => void): this {
    return this.add(event, { listener: listener as unknown as Listener, once: true });
  }

  off<K extends keyof E>(event: K, listener: (...args: E[K]) => void): this {
    const entries = this.entries.get(event) ?? [];
    const index = entries.findLastIndex((entry) => entry.listener === (listener as unknown));
    if (index >= 0) this.entries.set(event, entries.toSpliced(index, 1));
    return this;
  }

  addListener<K extends keyof E>(event: K, listener: (...args: E[K]) => void): this {
    return this.on(event, listener);
  }

  removeListener<K extends keyof E>(event: K, listener: (...args: E[K]) => void): this {
    return this.off(event, listener);
  }

  listenerCount(event: keyof E): number {
    return this.entries.get(event)?.length ?? 0;
  }

  protected tell<K extends keyof E>(event: K, ...args: E[K]): void {
    for (const { listener, once } of this.entries.get(event) ?? []) {
      if (once) this.off(event, listener);
      try {
        listener.apply(this, args);
      } catch {
        // The listener's own fault.
      }
    }
  }

  private add(event: keyof E, entry: Entry): this {
    this.entries.set(event, [...(this.entries.get(event) ?? []), entry]);
    return this;
  }
}
