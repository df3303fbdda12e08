import type { Page, Request } from 'playwright-core';

/** Nothing has come for so long: what came is drawn, charts included. */
const QUIET_MS = 350;
const MOST_MS = 8000;

/** Knows when a page has got all that it asked for, and shows it. */
export class PageRest {
  private readonly underWay = new Set<Request>();
  private changedMs = performance.now();

  constructor(private readonly page: Page) {
    page.on('request', (request) => this.note(() => this.underWay.add(request)));
    page.on('requestfinished', (request) => this.note(() => this.underWay.delete(request)));
    page.on('requestfailed', (request) => this.note(() => this.underWay.delete(request)));
    // Requests of a page that was left end without a word.
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.note(() => this.underWay.clear());
    });
  }

  /** Follows a link within the application, as a reader does: nothing is loaded anew. */
  async follow(path: string): Promise<void> {
    await this.page.evaluate(
      `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
    );
  }

  /** Resolves when nothing has come for a while and nothing is awaited; at the latest in 8 s. */
  async settled(): Promise<void> {
    const begunMs = performance.now();
    this.changedMs = begunMs;
    while (performance.now() - begunMs < MOST_MS) {
      const quietMs = performance.now() - this.changedMs;
      if (this.underWay.size === 0 && quietMs >= QUIET_MS && !(await this.isWaiting())) return;
      await this.page.waitForTimeout(50);
    }
  }

  private async isWaiting(): Promise<boolean> {
    return (await this.page.locator('main :is(.skeleton, apt-skeleton, .outdated)').count()) > 0;
  }

  private note(change: () => void): void {
    change();
    this.changedMs = performance.now();
  }
}
