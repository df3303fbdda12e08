import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';

import { PageVisitor, VIEWS, barriers, overflow, settles } from '../support/page-visitor.js';

const FRONTEND = join(import.meta.dirname, '../../frontend');
const BUILT = join(FRONTEND, 'dist/kit/browser');
const DELIVERED = join(FRONTEND, 'dist/web/browser');
const KIT = '/agent-performance/kit';
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

// A build and a browser on a busy machine take their time.
jest.setTimeout(600_000);

describe('the kit in a browser', () => {
  let server: Server;
  let visitor: PageVisitor;

  beforeAll(async () => {
    const begun = Date.now();
    const build = ['build', '--configuration', 'development', '--output-path', 'dist/kit'];
    await promisify(execFile)(join(FRONTEND, '../node_modules/.bin/ng'), build, { cwd: FRONTEND });
    process.stdout.write(`kit built in ${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://kit');
      // The components need no tracker; what surrounds them is told that there is none.
      if (pathname.startsWith('/api/')) {
        response.writeHead(503).end();
        return;
      }
      const type = TYPES[extname(pathname)];
      readFile(join(BUILT, type === undefined ? 'index.html' : pathname)).then(
        (content) => response.writeHead(200, { 'content-type': type ?? 'text/html' }).end(content),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    visitor = await PageVisitor.launch(`http://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    await visitor?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const open = async (view = VIEWS[0], locale = 'en'): Promise<Page> => {
    const page = await visitor.open(KIT, view, locale);
    await page.getByTestId('kit-theme').waitFor();
    return page;
  };
  const all = <T>(page: Page, selector: string, read: string): Promise<T[]> =>
    page.evaluate(`[...document.querySelectorAll('${selector}')].map((one) => ${read})`);
  const focused = (page: Page): Promise<string> =>
    page.evaluate(`document.activeElement.textContent.trim()`);

  it('is in development builds only', () => {
    const named = (folder: string): string[] =>
      readdirSync(folder).filter(
        (file) =>
          file.endsWith('.js') && readFileSync(join(folder, file), 'utf8').includes('apt-kit-page'),
      );
    expect(named(BUILT)).not.toEqual([]);
    expect(named(DELIVERED)).toEqual([]);
  });

  it('shows every token of the style sheet', async () => {
    const css = readFileSync(join(FRONTEND, 'src/styles/tokens.css'), 'utf8');
    const declared = new Set([...css.matchAll(/^\s*--([\w-]+):/gm)].map(([, name]) => name));
    const page = await open();
    const shown = new Set(await all<string>(page, '[data-token]', 'one.dataset.token'));
    expect(declared.size).toBeGreaterThan(40);
    expect([...declared].filter((name) => !shown.has(name ?? ''))).toEqual([]);
    await page.context().close();
  });

  it('has enough contrast, as the browser draws it', async () => {
    const page = await open();
    const pairs = await all<{ pair: string; contrast: string; least: string }>(
      page,
      '[data-pair]',
      '({ ...one.dataset })',
    );
    expect(pairs.length).toBeGreaterThan(50);
    expect(pairs.filter(({ contrast, least }) => Number(contrast) < Number(least))).toEqual([]);
    await page.context().close();
  });

  it.each(VIEWS)('looks right and is accessible: $name', async (view) => {
    const page = await open(view);
    const density = view.colorScheme === 'light' ? 'Compact' : 'Comfortable';
    await page.getByTestId('kit-density').getByRole('button', { name: density }).click();
    await visitor.shoot(page, `kit-${view.name}`);
    expect([await overflow(page), await barriers(page)]).toEqual([0, []]);
    await page.context().close();
  });

  it('has a choice from many, worked by keys alone', async () => {
    const page = await open();
    const box = page.getByTestId('kit-combobox');
    await box.focus();
    expect(await box.inputValue()).toBe('Option 120');
    const lines = page.getByTestId('combobox-option');
    await box.press('ArrowDown');
    await settles(async () => expect(await lines.count()).toBe(51));
    await page.keyboard.type('ption 12');
    await settles(async () =>
      expect(await lines.locator('.label').allTextContents()).toEqual(
        expect.arrayContaining(['Option 12', 'Option 120', 'Option 129']),
      ),
    );
    const active = async (): Promise<string | null> =>
      page.locator(`#${(await box.getAttribute('aria-activedescendant')) ?? ''}`).textContent();
    const first = await active();
    await box.press('ArrowDown');
    await settles(async () => expect(await active()).not.toBe(first));
    await box.press('ArrowUp');
    await settles(async () => expect(await active()).toBe(first));
    expect(await barriers(page)).toEqual([]);
    await box.press('Enter');
    await settles(async () => expect(await box.inputValue()).toBe('Option 12'));
    expect(await lines.count()).toBe(0);
    await page.context().close();
  });

  it('speaks German', async () => {
    const page = await open(VIEWS[0], 'de');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Baukasten');
    await page.context().close();
  });

  it('tells states apart: each differs from rest in what is seen', async () => {
    const page = await open();
    const looks = await all<{ kind: string; state: string; look: string }>(
      page,
      'apt-kit-controls tbody button',
      `(() => {
        const { backgroundColor, borderColor, color, outlineStyle, outlineWidth } = getComputedStyle(one);
        const outline = outlineStyle === 'none' ? '' : outlineWidth;
        return {
          kind: one.className,
          state: one.dataset.force ?? (one.disabled ? 'disabled' : one.ariaBusy ? 'busy' : 'rest'),
          look: [backgroundColor, borderColor, color, outline].join(' '),
        };
      })()`,
    );
    const rest = new Map(
      looks.filter(({ state }) => state === 'rest').map(({ kind, look }) => [kind, look]),
    );
    const forced = looks.filter(({ state }) => !['rest', 'disabled', 'busy'].includes(state));
    expect(forced.length).toBe(rest.size * 3);
    expect(forced.filter(({ kind, look }) => rest.get(kind) === look)).toEqual([]);
    const rings = forced.filter(({ state }) => state === 'focus-visible');
    expect(rings.filter(({ look }) => !look.endsWith(' 2px'))).toEqual([]);
    await page.context().close();
  });

  it('links what is wrong with the field that it is about', async () => {
    const page = await open();
    const said = await all<string>(
      page,
      '[aria-invalid="true"]',
      `one.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent.trim()).join(' ')`,
    );
    expect(said).toEqual(['A name is needed', 'A name is needed']);
    const limit = page.getByRole('textbox', { name: 'Limit (optional)', description: 'ms' });
    expect(await limit.count()).toBe(1);
    await page.context().close();
  });

  it('shows tooltips to the keyboard, and Escape takes them away before anything else', async () => {
    const page = await open();
    const tip = page.getByRole('tooltip');
    const button = page.getByTestId('kit-tip');
    await page.getByTestId('kit-dialog').focus();
    await page.keyboard.press('Shift+Tab');
    await settles(async () => expect(await tip.textContent()).toBe('Saves what is on the page'));
    expect(await tip.isVisible()).toBe(true);
    expect(await button.getAttribute('aria-describedby')).toBe(await tip.getAttribute('id'));
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    expect(await button.getAttribute('aria-describedby')).toBeNull();
    await page.mouse.move(2, 2);
    await button.hover();
    await tip.waitFor();
    // The pointer may go onto it.
    await tip.hover();
    await page.waitForTimeout(400);
    expect(await tip.isVisible()).toBe(true);
    await page.mouse.move(2, 2);
    await tip.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('has menus that keys work, in dialogs too', async () => {
    const page = await open();
    const trigger = page.getByTestId('kit-menu');
    await trigger.focus();
    await page.keyboard.press('Enter');
    await settles(async () => expect(await focused(page)).toBe('Save'));
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('Patterns');
    await page.keyboard.press('End');
    expect(await focused(page)).toBe('Delete');
    await page.keyboard.press('p');
    await settles(async () => expect(await focused(page)).toBe('Patterns'));
    await page.keyboard.press('Escape');
    await settles(async () => expect(await focused(page)).toBe('Menu'));
    // The tooltip of a button comes while its menu gives the focus back.
    const more = page.getByRole('button', { name: 'More to do' });
    await more.focus();
    await page.keyboard.press('Enter');
    await settles(async () =>
      expect(await page.evaluate<string>('document.activeElement.role')).toBe('menuitem'),
    );
    await page.keyboard.press('Enter');
    await page.getByRole('tooltip').filter({ hasText: 'More to do' }).waitFor();
    await page.getByTestId('kit-drawer').click();
    await page.getByTestId('kit-inner-menu').click();
    const menu = page.getByRole('dialog').getByRole('menu');
    await menu.getByRole('menuitemcheckbox').waitFor();
    expect(await barriers(page)).toEqual([]);
    await menu.getByRole('menuitem', { name: 'Save' }).click();
    expect(await menu.isVisible()).toBe(false);
    await page.context().close();
  });

  it('has tabs with one stop, and arrows between', async () => {
    const page = await open();
    await page.getByTestId('tab-1').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toBe('Part 3');
    await settles(async () =>
      expect((await page.getByRole('tabpanel').textContent())?.trim()).toBe('Part 3'),
    );
    expect(await page.locator('[role=tab][tabindex="0"]').count()).toBe(1);
    await page.context().close();
  });

  it.each(['dialog', 'confirm', 'drawer'])(
    'keeps the focus in a %s, and gives it back',
    async (layer) => {
      const page = await open();
      await page.getByTestId(`kit-${layer}`).click();
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      for (let presses = 0; presses < 6; presses += 1) {
        await page.keyboard.press('Tab');
        const out = await page.evaluate(
          'document.activeElement !== document.body && !document.activeElement.closest("dialog")',
        );
        expect(out).toBe(false);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await page.locator(`[data-testid=kit-${layer}]:focus`).count()).toBe(1);
      await page.context().close();
    },
  );

  it('can be used with forced colours, and without motion', async () => {
    const page = await open();
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await visitor.shoot(page, 'kit-forced-colors');
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
    const bare = await all<string>(
      page,
      '.button, .badge, apt-field input, input[type=checkbox]:not(.switch), input.switch',
      `(({ borderStyle, appearance }) => borderStyle === 'none' && appearance === 'none' && one.outerHTML)(getComputedStyle(one))`,
    );
    expect(bare.filter(Boolean)).toEqual([]);
    expect(await barriers(page, ['color-contrast'])).toEqual([]);
    await page.context().close();
  });

  it('logs no error of a script', () => {
    expect(visitor.complaints.filter((text) => !/WebSocket|status of/.test(text))).toEqual([]);
  });
});
