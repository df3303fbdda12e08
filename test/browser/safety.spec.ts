import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { MARKUP } from '../support/hostile.js';

jest.setTimeout(600_000);

/** Runs in every page before its own scripts. */
const WATCH = `
  window.__reports = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.__reports.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });
`;

/** Executions whose every name hopes to become markup. */
function hostileRecords(): object[] {
  return MARKUP.flatMap((text, index) =>
    [0, 1, 2].map((hour) => ({
      agentId: `${text}`,
      agentName: text,
      agentType: index % 2 === 0 ? 'cognitive' : text.slice(0, 100),
      agentVersion: text.slice(0, 100),
      taskId: text,
      taskName: text,
      taskType: text.slice(0, 100),
      complexity: 1,
      status: hour === 0 ? 'failure' : 'success',
      errorType: text.slice(0, 100),
      errorMessage: text,
      model: text.slice(0, 100),
      endedAt: new Date(Date.now() - hour * 600_000).toISOString(),
      // Slow enough to alert.
      durationMs: 60_000,
      cpuPercent: 99,
      memoryMb: 4000,
      metadata: { text },
    })),
  );
}

describe('names that hope to be markup', () => {
  let server: BootedApp;
  let browser: Browser;
  const dialogs: string[] = [];

  beforeAll(async () => {
    server = await bootApp();
    browser = await launchBrowser();
    const { status, body } = await server.send<object>('POST', '/metrics', hostileRecords());
    expect([status, body]).toMatchObject([200, { data: { rejected: [] } }]);
    for (const [index, text] of MARKUP.slice(0, 4).entries()) {
      const rule = {
        type: 'threshold',
        name: `${text}`,
        statistic: 'p95Ms',
        operator: 'gt',
        warning: 1,
      };
      await server.send('POST', '/alerts/rules', rule);
      const benchmark = {
        agentType: text.slice(0, 60),
        taskType: text.slice(0, 60),
        complexity: 1,
      };
      await server.send('PUT', '/benchmarks', {
        ...benchmark,
        expectedMs: 1000 + index,
        maxCpuPercent: 50,
        maxMemoryMb: 500,
        minSuccessRate: 90,
      });
      await server.send('POST', '/alerts/silences', {
        comment: text,
        createdBy: text.slice(0, 60),
        matchers: { agentId: text },
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = async (path: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    page.on('dialog', (dialog) => {
      dialogs.push(`${path}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript(WATCH);
    await page.goto(`${server.url}${path}`, { waitUntil: 'load' });
    await page.waitForTimeout(2500);
    return page;
  };
  /** Moves over everything that could show something. */
  const hover = async (page: Page): Promise<void> => {
    for (const target of await page.locator('canvas, [data-testid$="-row"]').all()) {
      const box = await target.boundingBox().catch(() => null);
      if (!box || box.width < 20) continue;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.waitForTimeout(100);
      if (box.y > 2500) break;
    }
  };

  const agent = encodeURIComponent(MARKUP[0] ?? '');
  const two = MARKUP.slice(0, 2).map(encodeURIComponent).join(',');
  it.each([
    '/agent-performance',
    `/agent-performance/agents/${agent}`,
    `/agent-performance/compare?agentIds=${two}`,
    '/agent-performance/tasks',
    '/agent-performance/alerts',
    '/agent-performance/alerts/rules',
    '/agent-performance/alerts/silences',
    '/agent-performance/alerts/history',
    '/agent-performance/benchmarks',
    '/agent-performance/dashboards',
    '/agent-performance/settings',
    `/agent-performance/${agent}`,
  ])('stay text: %s', async (path) => {
    const page = await open(path);
    await hover(page);
    // Texts, because the code runs in the page and not here.
    expect(await page.evaluate('window.__pwn')).toBeUndefined();
    expect(await page.evaluate('window.__reports')).toEqual([]);
    expect(await page.locator('apt-root').count()).toBe(1);
    for (const inside of ['img[src="x"]', 'svg[onload]', 'iframe', 'a[href^="javascript:"]']) {
      expect([inside, await page.locator(inside).count()]).toEqual([inside, 0]);
    }
    expect(dialogs).toEqual([]);
    await page.context().close();
  });

  it('are nothing to be run where the API is opened in a tab', async () => {
    const page = await open(`${API}/summary`);
    expect(await page.evaluate('document.contentType')).toBe('application/json');
    expect(await page.evaluate('window.__pwn')).toBeUndefined();
    await page.context().close();
  });
});

describe('a page of another site', () => {
  let server: BootedApp;
  let browser: Browser;
  let site: Server;
  let html = '';
  beforeAll(async () => {
    server = await bootApp();
    browser = await launchBrowser();
    site = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html').end(html);
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await server?.close();
  });

  const visit = async (content: string): Promise<Page> => {
    html = content;
    const page = await (await browser.newContext()).newPage();
    // Another name for the same machine is another site.
    await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
    return page;
  };

  it.each(['/agent-performance', '/api/docs'])('cannot frame %s', async (path) => {
    const page = await visit(`<iframe id="f" src="${server.url}${path}"></iframe>`);
    await page.waitForTimeout(1500);
    const frame = page.frames().find((one) => one !== page.mainFrame());
    expect(frame?.url() ?? '').not.toContain(path);
    await page.context().close();
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'cannot send a form as %s',
    async (enctype) => {
      const form = `<form id="f" method="post" enctype="${enctype}" action="${server.url}${API}/metrics">
        <input name='{"agentId":"evil","agentType":"cognitive","taskId":"t","status":"success","durationMs":1,"x":"' value='"}'>
        </form>`;
      const page = await visit(form);
      const answered = page.waitForResponse((response) => response.url().includes('/metrics'));
      await page.evaluate('document.getElementById("f").submit()');
      expect([403, 415]).toContain((await answered).status());
      const { body } = await server.get<{ data: unknown[] }>('/agents');
      expect(body.data).toEqual([]);
      await page.context().close();
    },
  );

  it('cannot read, write or listen by script', async () => {
    const page = await visit('<p>evil</p>');
    const attempt = (code: string): Promise<unknown> => page.evaluate(code);
    const url = JSON.stringify(server.url);
    expect(
      await attempt(`fetch(${url} + '${API}/agents').then(() => 'read', () => 'refused')`),
    ).toBe('refused');
    expect(
      await attempt(`fetch(${url} + '${API}/aggregate', { method: 'POST', mode: 'no-cors' })
        .then(() => 'sent', () => 'refused')`),
    ).toMatch(/sent|refused/);
    const { body } = await server.get<{ data: { aggregation: { lastJob: unknown } } }>('/status');
    expect(body.data.aggregation.lastJob).toBeNull();
    for (const path of ['/agent-performance', '/agent-performance/ingest']) {
      const door = JSON.stringify(`${server.url.replace('http', 'ws')}${path}`);
      expect(
        await attempt(`new Promise((done) => { const socket = new WebSocket(${door});
          socket.onopen = () => done('open'); socket.onerror = () => done('refused'); })`),
      ).toBe('refused');
    }
    await page.context().close();
  });
});
