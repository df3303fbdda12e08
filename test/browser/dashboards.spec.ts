import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer, Dashboard, DashboardSummary } from '@app/contracts';
import type { Locator, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PageVisitor, VIEWS, barriers, overflow, settles } from '../support/page-visitor.js';
import { sendTasks } from '../support/task-history.js';

const HOME = '/agent-performance/dashboards';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('dashboards in a browser', () => {
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

  const panels = (page: Page): Locator => page.getByTestId('board-panel');
  const stored = async (): Promise<DashboardSummary[]> =>
    (await server.get<Answer<DashboardSummary[]>>('/dashboards')).body.data;
  const read = async (id: string): Promise<Dashboard> =>
    (await server.get<Answer<Dashboard>>(`/dashboards/${id}`)).body.data;
  const panel = (over: object): object => ({ kind: 'stat', metrics: ['tasks'], width: 4, ...over });
  const make = async (name: string, list: object[]): Promise<string> => {
    const body = { name, panels: list };
    return (await server.send<Answer<Dashboard>>('POST', '/dashboards', body)).body.data.id;
  };
  const titles = async (id: string): Promise<string[]> =>
    (await read(id)).panels.map(({ title }) => title);

  it('gives a newcomer an example to begin with', async () => {
    const page = await visitor.open(HOME);
    await page.getByTestId('no-dashboards').waitFor();
    await visitor.shoot(page, 'dashboards-empty');
    await page.getByTestId('board-example').click();
    await settles(async () => expect(await panels(page).count()).toBe(10));
    expect(await page.getByTestId('unsaved').count()).toBe(0);
    await page.getByTestId('board-save').click();
    await page.waitForURL(/dashboards\/[0-9a-f-]{36}/);
    expect(await stored()).toMatchObject([{ name: 'Fleet at a glance', panelCount: 10 }]);
    // Two agents are called the same: on the radar, and over time.
    const legends = page.locator('apt-chart-legend');
    await settles(async () =>
      expect(await legends.getByText('Reader 1 · planner-1').count()).toBe(2),
    );
    await page.context().close();
  });

  it('is put together by keys alone', async () => {
    const id = await make('Keys', [panel({ title: 'A' }), panel({ title: 'B' })]);
    const page = await visitor.open(`${HOME}/${id}`);
    await panels(page).first().waitFor();
    await page.getByTestId('board-edit').focus();
    await page.keyboard.press('Enter');
    await panels(page).nth(0).getByTestId('panel-grab').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByTestId('unsaved').waitFor();
    // The focus goes with the panel.
    const moving = panels(page).nth(1).locator('[data-testid="panel-grab"]:focus');
    await moving.waitFor();
    expect(await moving.getAttribute('aria-label')).toContain('Move A');
    // Two keys between two paints, as a held key does: neither undoes the other.
    await page.evaluate(`(() => {
      const handle = document.activeElement;
      for (const key of ['ArrowRight', 'ArrowDown'])
        handle.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, bubbles: true }));
    })()`);
    await page.getByTestId('panel-add').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('panel-kind').focus();
    await page.getByTestId('panel-kind').selectOption('bar');
    await page.getByTestId('panel-by').selectOption('agent');
    await page.getByTestId('panel-figure').selectOption('failed');
    await page.getByTestId('panel-title').focus();
    await page.keyboard.type('Failures');
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await settles(async () => expect(await panels(page).count()).toBe(3));
    await page.getByTestId('board-save').focus();
    await page.keyboard.press('Enter');
    await settles(async () => expect(await titles(id)).toEqual(['B', 'A', 'Failures']));
    const [, moved, added] = (await read(id)).panels;
    expect(moved).toMatchObject({ width: 5, height: 4 });
    expect(added).toMatchObject({ kind: 'bar', by: 'agent', metrics: ['failed'] });
    await settles(async () => expect(await page.getByTestId('unsaved').count()).toBe(0));
    await page.context().close();
  });

  it('is put together by mouse', async () => {
    const id = await make(
      'Mouse',
      ['A', 'B', 'C'].map((title) => panel({ title })),
    );
    const page = await visitor.open(`${HOME}/${id}`);
    await panels(page).nth(2).waitFor();
    await page.getByTestId('board-edit').click();
    await drag(page, panels(page).nth(0).getByTestId('panel-grab'), panels(page).nth(2));
    await settles(async () => {
      const names = await panels(page).getByRole('heading').allTextContents();
      expect(names.map((name) => name.trim())).toEqual(['B', 'C', 'A']);
    });
    const corner = await panels(page).nth(0).getByTestId('panel-corner').boundingBox();
    if (!corner) throw new Error('There is no corner to drag');
    await page.mouse.move(corner.x + 8, corner.y + 8);
    await page.mouse.down();
    await page.mouse.move(corner.x + 210, corner.y + 100, { steps: 6 });
    await page.mouse.up();
    await page.getByTestId('board-save').click();
    await settles(async () => expect(await titles(id)).toEqual(['B', 'C', 'A']));
    expect((await read(id)).panels[0]).toMatchObject({ width: 6, height: 4 });
    await page.context().close();
  });

  async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
    const [start, end] = [await from.boundingBox(), await to.boundingBox()];
    if (!start || !end) throw new Error('There is nothing to drag');
    await page.mouse.move(start.x + 8, start.y + 8);
    await page.mouse.down();
    await page.mouse.move(start.x + 40, start.y + 20, { steps: 4 });
    await page.mouse.move(end.x + end.width - 30, end.y + end.height / 2, { steps: 12 });
    await page.waitForTimeout(200);
    await page.mouse.up();
  }

  it('that somebody else has changed is not overwritten unasked', async () => {
    const id = await make('Shared', [panel({ title: 'A' })]);
    const page = await visitor.open(`${HOME}/${id}`);
    await panels(page).first().waitFor();
    await page.getByTestId('board-edit').click();
    await page.getByTestId('board-name').fill('Mine');
    await server.send('PUT', `/dashboards/${id}`, { name: 'Theirs', panels: [] });
    await page.getByTestId('board-save').click();
    await page.getByTestId('board-conflict').waitFor();
    expect((await read(id)).name).toBe('Theirs');
    await page.getByTestId('board-conflict').getByRole('button').first().click();
    await page.getByTestId('empty-dashboard').waitFor();
    await page.context().close();
  });

  it('asks before changes are lost', async () => {
    const id = await make('Leaving', [panel({ title: 'A' })]);
    const page = await visitor.open(`${HOME}/${id}`);
    await panels(page).first().waitFor();
    await page.getByTestId('board-edit').click();
    await page.getByTestId('panel-remove').click();
    const asked: string[] = [];
    page.once('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await settles(() => expect(asked).toHaveLength(1));
    expect(page.url()).toContain(id);
    await page.context().close();
  });

  it('is deleted after a question that names it, and comes back with its link', async () => {
    const id = await make('Short-lived', [panel({ title: 'A' })]);
    const page = await visitor.open(HOME);
    const row = page.getByTestId('board-row').filter({ hasText: 'Short-lived' });
    await row.getByTestId('board-delete').click();
    const question = page.getByRole('dialog');
    expect(await question.textContent()).toContain('“Short-lived” with its 1 panel');
    await question.getByTestId('confirm').click();
    await settles(async () => expect((await stored()).some((one) => one.id === id)).toBe(false));
    await page.getByTestId('board-undo').getByRole('button').click();
    await settles(async () => expect((await stored()).some((one) => one.id === id)).toBe(true));
    await row.waitFor();
    await page.context().close();
  });

  it('is shared from one menu, also on a phone: as a link that moves on, or of exactly now', async () => {
    const id = await make('Shared out', [panel({ title: 'A' })]);
    const phone = VIEWS.find(({ name }) => name === 'narrow-light');
    const page = await visitor.open(`${HOME}/${id}?from=now-6h`, phone);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await panels(page).first().waitFor();
    // Two buttons, on one line.
    const tops = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.do .button')].map((one) => one.getBoundingClientRect().top)`,
    );
    expect(tops).toHaveLength(2);
    expect(new Set(tops).size).toBe(1);
    for (const [item, relative] of [
      ['board-link', true],
      ['board-link-fixed', false],
    ] as const) {
      await page.getByTestId('board-share').click();
      expect(await barriers(page)).toEqual([]);
      await page.getByTestId(item).click();
      const link = new URL(await page.evaluate<string>('navigator.clipboard.readText()'));
      expect(link.pathname).toBe(`${HOME}/${id}`);
      expect(link.searchParams.get('from') === 'now-6h').toBe(relative);
    }
    await page.context().close();
  });

  it('leaves as a file and comes back from one; other files are refused in words', async () => {
    const id = await make('Traveller', [panel({ title: 'A' })]);
    const page = await visitor.open(`${HOME}/${id}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByTestId('board-share')
        .click()
        .then(() => page.getByTestId('board-export').click()),
    ]);
    const file = JSON.parse(await readFile(await download.path(), 'utf8')) as { name: string };
    await page.goto(`${server.url}${HOME}`);
    const choose = (content: string): Promise<void> =>
      page.getByTestId('board-import').setInputFiles({
        name: 'dashboard.json',
        mimeType: 'application/json',
        buffer: Buffer.from(content),
      });
    await choose(JSON.stringify({ ...file, panels: [panel({ formatter: 'alert(1)' })] }));
    await page.getByText(/formatter/).waitFor();
    await choose('{');
    await page.getByText('The file is not JSON.').waitFor();
    await choose(JSON.stringify({ ...file, name: 'Came back' }));
    await page.waitForURL(/dashboards\/[0-9a-f-]{36}/);
    await panels(page).first().waitFor();
    expect((await stored()).map(({ name }) => name)).toContain('Came back');
    await page.context().close();
  });

  it.each(VIEWS)('looks right and is accessible: $name', async (view) => {
    const [first] = (await stored()).filter(({ name }) => name === 'Fleet at a glance');
    for (const [name, path] of [
      ['list', HOME],
      ['board', `${HOME}/${first?.id ?? ''}?window=24h`],
      ['unknown', `${HOME}/00000000-0000-4000-8000-000000000000`],
    ] as const) {
      const page = await visitor.open(path, view);
      await page.waitForTimeout(2500);
      await visitor.shoot(page, `dashboard-${name}-${view.name}`);
      const found = [name, await overflow(page), await barriers(page)];
      expect(found).toEqual([name, 0, []]);
      await page.context().close();
    }
  });

  it('logged no error and broke no content security policy', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
