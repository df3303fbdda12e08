import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AgentBreakdown, Answer, Status } from '@app/contracts';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PageRest } from '../support/page-rest.js';
import { PageVisitor, VIEWS, barriers, overflow, settles } from '../support/page-visitor.js';
import { sendTasks } from '../support/task-history.js';

const HOME = '/agent-performance';
const AGENT = `${HOME}/agents/reader-1`;
const TABS = ['overview', 'failures', 'resources', 'versions', 'alerts', 'tasks'];

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('an agent and the tracker itself, in a browser', () => {
  let server: BootedApp;
  let visitor: PageVisitor;

  beforeAll(async () => {
    server = await bootApp();
    visitor = await PageVisitor.launch(server.url);
    await sendTasks(server);
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.close();
  });

  it('has a link for every side of an agent', async () => {
    const page = await visitor.open(`${AGENT}?window=24h`);
    for (const tab of TABS) {
      await page.getByTestId(`tab-${tab}`).click();
      await settles(async () =>
        expect(await page.getByTestId(`tab-${tab}`).getAttribute('aria-current')).toBe('page'),
      );
      expect(page.url().includes(`tab=${tab}`)).toBe(tab !== 'overview');
    }
    await page.reload();
    await page.getByTestId('all-tasks').waitFor();
    await page.goBack();
    await settles(() => expect(page.url()).toContain('tab=alerts'));
    await page.context().close();
  });

  it('counts failures as the API does, and leads to the tasks behind them', async () => {
    const page = await visitor.open(`${AGENT}?window=24h&tab=failures`);
    const path = '/agents/reader-1/breakdown?window=24h';
    const { failures } = (await server.get<Answer<AgentBreakdown>>(path)).body.data;
    expect(failures.map(({ count }) => count)).toEqual([8, 4]);
    const rows = page.getByTestId('failures').locator('tbody tr');
    await settles(async () => expect(await rows.count()).toBe(failures.length));
    expect(await rows.first().textContent()).toContain('ParseError');
    await rows.first().getByRole('link').click();
    await page.waitForURL(/tasks\?.*error=ParseError/);
    await settles(async () => expect(await page.getByTestId('task-row').count()).toBe(8));
    await page.context().close();
  });

  it('says so where nothing is known', async () => {
    const page = await visitor.open(`${HOME}/agents/nobody`);
    await page.getByTestId('unknown-agent').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });

  it('shows how the tracker does, and that it is away', async () => {
    const page = await visitor.open(`${HOME}/status`);
    const { ingest } = (await server.get<Answer<Status>>('/status')).body.data;
    const accepted = new Intl.NumberFormat('en-US').format(ingest.accepted);
    await settles(async () =>
      expect(await page.getByTestId('ingest-accepted').textContent()).toContain(accepted),
    );
    await page.route('**/api/**/status*', (route) => route.abort());
    await page.reload();
    await settles(async () =>
      expect(await page.getByTestId('verdict').textContent()).toContain('does not answer'),
    );
    await visitor.shoot(page, 'status-error');
    await page.context().close();
  });

  it.each(VIEWS)('looks right and is accessible: $name', async (view) => {
    const paths = TABS.map((tab) => [`agent-${tab}`, `${AGENT}?window=24h&tab=${tab}`] as const);
    const page = await visitor.open(AGENT, view);
    const rest = new PageRest(page);
    for (const [name, path] of [...paths, ['status', `${HOME}/status`] as const]) {
      await rest.follow(path);
      await rest.settled();
      await visitor.shoot(page, `${name}-${view.name}`);
      expect([name, await overflow(page), await barriers(page)]).toEqual([name, 0, []]);
    }
    await page.context().close();
  });

  it('logged no error and broke no content security policy', () => {
    expect(visitor.complaints.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
  });
});
