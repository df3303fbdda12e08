/** What a spec has started, to be ended in reverse order whatever became of the spec. */
export class Belongings {
  private readonly endings: (() => unknown)[] = [];

  /** @param end is called once; may fail without keeping the others */
  add(end: () => unknown): void {
    this.endings.push(end);
  }

  /** @throws the first failure, once everything was tried */
  async end(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.endings.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
