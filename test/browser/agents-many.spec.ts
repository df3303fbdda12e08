import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PageVisitor, settles } from '../support/page-visitor.js';

const AGENTS = 5000;
const HOME = '/agent-performance/agents';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('thousands of agents in a browser', () => {
  let server: BootedApp;
  let visitor: PageVisitor;

  beforeAll(async () => {
    server = await bootApp();
    visitor = await PageVisitor.launch(server.url);
    const records = Array.from({ length: AGENTS }, (_, n) => ({
      agentId: `agent-${String(n).padStart(4, '0')}`,
      agentType: 'cognitive',
      taskId: `task-${n}`,
      status: n % 5 === 4 ? 'failure' : 'success',
      endedAt: new Date(Date.now() - n * 1000).toISOString(),
      durationMs: 100 + n,
    }));
    await server.send('POST', '/metrics', records);
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.close();
  });

  it('have their figures, every one, and few are drawn', async () => {
    const page = await visitor.open(`${HOME}?window=24h&state=active`);
    await settles(async () =>
      expect(await page.locator('apt-panel .caption').first().textContent()).toBe('5,000 known'),
    );
    await page.getByTestId('not-all-figures').waitFor({ state: 'detached' });
    expect(await page.getByTestId('agent-row').count()).toBeLessThan(120);
    // Sorted by a figure, which has to be known of all: the slowest come first.
    await page.getByTestId('sort-p95').click();
    await settles(async () =>
      expect(await page.getByTestId('agent-row').first().textContent()).toContain('agent-4998'),
    );
    await page.context().close();
  });

  it('are said to be the best of more on the overview', async () => {
    const page = await visitor.open('/agent-performance?window=24h');
    await page.getByText('the best 1000 · all under Agents').waitFor();
    await page.context().close();
  });

  it('are found by typing where one of them is chosen', async () => {
    const page = await visitor.open('/agent-performance/tasks?window=24h');
    const box = page.getByTestId('filter-agent');
    await box.click();
    await page
      .getByTestId('combobox-unseen')
      .getByText(/4,?950 more/)
      .waitFor();
    await box.fill('4711');
    await page.getByRole('option', { name: 'agent-4711' }).waitFor();
    await box.press('Enter');
    await page.waitForURL(/agent=agent-4711/);
    await settles(async () => expect(await page.getByTestId('task-row').count()).toBe(1));
    expect(await box.inputValue()).toBe('agent-4711');
    // Something typed and not taken is forgotten.
    await box.fill('nobody at all');
    await page.getByText('Nothing fits.').waitFor();
    await box.press('Escape');
    expect(await box.inputValue()).toBe('agent-4711');
    // An emptied field means all of them.
    await box.fill('');
    await box.blur();
    await page.waitForURL((url) => !url.searchParams.has('agent'));
    await page.context().close();
  });

  it('are compared, also those that no page lists', async () => {
    const page = await visitor.open(
      '/agent-performance/compare?window=24h&agents=agent-0001,agent-4999',
    );
    const chosen = page.locator('button.chip[aria-pressed=true]');
    await settles(async () => expect(await chosen.allTextContents()).toHaveLength(2));
    await page.getByRole('searchbox', { name: 'Find an agent' }).fill('agent-4990');
    await page.getByRole('button', { name: 'agent-4990' }).click();
    await page.waitForURL(/agent-4990/);
    await settles(async () => expect(await chosen.allTextContents()).toHaveLength(3));
    await page.context().close();
  });

  it('logged no error', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
