import { Service, inject, signal } from '@angular/core';
import type { Alert } from '@app/contracts';
import { Toasts } from '../ui/toasts';

/** How long a resolution can be taken back, milliseconds. */
export const GRACE_MS = 8000;

/**
 * Resolutions that may still be taken back: the tracker cannot open an episode again, so it is told
 * only when the time for second thoughts is over, or when the page is left before.
 */
@Service()
export class Resolutions {
  private readonly toasts = inject(Toasts);
  private readonly leaving = signal<ReadonlySet<string>>(new Set());

  /** Ids of alerts that are as good as resolved: no list shows them as open. */
  readonly ids = this.leaving.asReadonly();

  /**
   * Takes alerts off every list at once, offers to undo that, and then has it done.
   * @param said what the reader is told, beside the way to undo it
   * @param send must reach the tracker even if the page goes away meanwhile
   * @returns false when it was undone
   * @throws what `send` throws; the alerts are back on the lists then
   */
  async resolve(
    alerts: readonly Alert[],
    said: { text: string; detail: string },
    send: () => Promise<unknown>,
  ): Promise<boolean> {
    const ids = alerts.map(({ id }) => id);
    this.leaving.update((leaving) => new Set([...leaving, ...ids]));
    try {
      if (await this.isMeant(said)) {
        await send();
        return true;
      }
      this.putBack(ids);
      return false;
    } catch (error) {
      this.putBack(ids);
      throw error;
    }
  }

  /** Shows alerts as open again. */
  putBack(ids: readonly string[]): void {
    const back = new Set(ids);
    this.leaving.update((leaving) => new Set([...leaving].filter((id) => !back.has(id))));
  }

  private isMeant(said: { text: string; detail: string }): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isMeant: boolean): void => {
        clearTimeout(timer);
        removeEventListener('pagehide', onLeave);
        this.toasts.dismiss(toastId);
        resolve(isMeant);
      };
      const onLeave = (): void => end(true);
      const timer = setTimeout(() => end(true), GRACE_MS);
      addEventListener('pagehide', onLeave);
      const toastId = this.toasts.show({ tone: 'good', ...said, undo: () => end(false) });
    });
  }
}
