import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExecutionRecord } from '@app/contracts';

import { NAME, TYPED_CONSUMER, preamble } from '../sdk/consumer.js';
import { liveScript, startFakeLiveServer } from '../sdk/fake-live-server.js';
import { FakeSocketServer } from '../sdk/fake-socket-server.js';
import { NODES } from '../sdk/nodes.js';
import { eventually } from '../support/tracker-process.js';

const ROOT = join(import.meta.dirname, '../..');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}

describe('the packed SDK', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-package-'));
  const consumer = join(folder, 'consumer');
  const installed = join(consumer, 'node_modules', NAME);
  const children: ChildProcess[] = [];
  let server: FakeSocketServer;
  let url: string;
  let spoolDir: string;

  beforeAll(() => {
    const pack = spawnSync(process.execPath, ['scripts/pack-tracker.mjs', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (pack.status !== 0) throw new Error(pack.stderr + pack.stdout);
    mkdirSync(consumer);
    writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
    const install = ['install', '--offline', '--no-audit', '--no-fund', pack.stdout.trim()];
    const { status, stderr } = spawnSync('npm', install, { cwd: consumer, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeEach(async () => {
    spoolDir = mkdtempSync(join(folder, 'spool-'));
    server = new FakeSocketServer();
    url = await server.start();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await server.stop();
  });

  /** Runs a script whose first lines make `tracker` and the helper `run`. */
  function start(
    body: string,
    { node = process.execPath, options = '' } = {},
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const file = join(mkdtempSync(join(consumer, 'run-')), 'script.mjs');
    writeFileSync(file, `${preamble(url, spoolDir, options)}\n${body}\n`);
    const startedMs = performance.now();
    const child = spawn(node, [file], { cwd: consumer });
    children.push(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => {
        resolve({ code, stdout, stderr, ms: performance.now() - startedMs });
      });
    });
    return { child, ended };
  }

  const said = async (child: ChildProcess, word: string): Promise<void> => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await eventually(() => text.includes(word))).toBe(true);
  };
  const stored = (): ExecutionRecord[] =>
    [...server.acknowledged, ...server.posted].filter(({ status }) => status !== 'running');
  const storedTasks = () => [...new Set(stored().map(({ taskId }) => taskId))].sort();
  const spoolText = () =>
    readdirSync(spoolDir)
      .map((name) => readFileSync(join(spoolDir, name), 'utf8'))
      .join('');
  async function goAway(): Promise<number> {
    await server.stop();
    return Number(new URL(url).port);
  }
  async function comeBack(port: number): Promise<void> {
    server = new FakeSocketServer();
    await server.start(port);
  }

  it('holds what it needs and nothing of the project around it', () => {
    const meta = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as object;
    expect(meta).toMatchObject({ name: NAME, license: 'Apache-2.0', type: 'module' });
    for (const field of ['dependencies', 'peerDependencies', 'private', 'scripts']) {
      expect(meta).not.toHaveProperty(field);
    }
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.d.ts']));
    expect(files.filter((file) => /spec|fake|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    for (const file of files.filter((name) => /\.(js|ts)$/.test(name))) {
      const text = readFileSync(join(installed, file), 'utf8');
      expect(text).not.toContain('@app/');
      // What a browser's bundler would stumble over.
      if (file.endsWith('.js')) expect(text).not.toMatch(/(from|import\()\s*['"](node:|[^./'"])/);
    }
    const versions = spawnSync('npm', ['ls', '--all', '--json'], {
      cwd: consumer,
      encoding: 'utf8',
    });
    expect(
      Object.keys((JSON.parse(versions.stdout) as { dependencies: object }).dependencies),
    ).toEqual([NAME]);
  });

  it.each(['["ES2023"]', '["ES2023", "DOM"]'])('is typed for a consumer with lib %s', (lib) => {
    writeFileSync(join(consumer, 'typed.ts'), TYPED_CONSUMER);
    writeFileSync(
      join(consumer, 'tsconfig.json'),
      `{ "files": ["typed.ts"], "compilerOptions": { "strict": true, "noEmit": true, "skipLibCheck": false,
         "exactOptionalPropertyTypes": true, "types": [], "lib": ${lib}, "target": "ES2023",
         "module": "nodenext" } }`,
    );
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', consumer], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  describe.each([20, 22, 24])('on Node %i', (major) => {
    const node = NODES.get(major);
    const onNode = node === undefined ? it.skip : it;
    const why = node === undefined ? ` (skipped: this machine has no Node ${major})` : '';

    onNode(`records, meters and nests tasks, and lets the process end${why}`, async () => {
      const { code, stderr, ms } = await start(
        `await tracker.track(agent, { id: 'outer', name: 'outer', traceId: 'trace' }, async () => {
           await Promise.all([
             tracker.track(agent, { id: 'busy', name: 'busy' }, () => burn(120)),
             tracker.track(agent, { id: 'idle', name: 'idle' }, async () => {
               await sleep(60);
               tracker.addUsage({ inputTokens: 7 });
             }),
           ]);
         });
         await tracker.flush();`,
        { node },
      ).ended;
      expect([code, stderr]).toEqual([0, '']);
      // An idle connection stays for 30 s, but does not keep the process.
      expect(ms).toBeLessThan(20_000);
      const of = (id: string) => stored().find(({ taskId }) => taskId === id);
      const [outer, busy, idle] = ['outer', 'busy', 'idle'].map(of);
      expect(busy?.cpuMs).toBeGreaterThan(40);
      expect(idle?.cpuMs ?? 0).toBeLessThan((busy?.cpuMs ?? 0) / 2);
      expect(outer?.cpuMs ?? 0).toBeLessThan((busy?.cpuMs ?? 0) / 2);
      expect(idle).toMatchObject({ inputTokens: 7, traceId: 'trace' });
      for (const child of [busy, idle]) expect(child?.parentExecutionId).toBe(outer?.executionId);
      expect(server.posted.length === 0).toBe(major >= 22);
    });

    onNode(`hears live events as its README does${why}`, async () => {
      const live = await startFakeLiveServer();
      const readme = readFileSync(join(installed, 'README.md'), 'utf8');
      const script = liveScript(readme, live.url, major, join(ROOT, 'node_modules/ws/wrapper.mjs'));
      const { stdout, stderr } = await start(script, { node }).ended;
      await live.stop();
      expect([stderr, stdout.split('\n')]).toEqual([
        '',
        ['read the state again: start, 0 missed', 'Read success 7', 'fired a1', ''],
      ]);
    });

    onNode(`keeps in the spool what process.exit() cuts off${why}`, async () => {
      const first = await start(`await run('1', '2'); process.exit(3);`, {
        node,
        options: 'spoolDir,',
      }).ended;
      expect([first.code, first.stderr]).toEqual([3, '']);
      expect(stored()).toEqual([]);
      expect(spoolText()).toContain('"taskId":"2"');
      const second = await start(`await run('3');`, { node, options: 'spoolDir,' }).ended;
      expect([second.code, second.stderr]).toEqual([0, '']);
      expect(storedTasks()).toEqual(['1', '2', '3']);
      expect(readdirSync(spoolDir)).toEqual([]);
    });

    onNode(`works in a worker thread, which is charged its own CPU only${why}`, async () => {
      const body = `
        import { Worker, isMainThread } from 'node:worker_threads';
        if (isMainThread) {
          const worker = new Worker(new URL(import.meta.url));
          const done = new Promise((resolve) => worker.once('exit', resolve));
          await tracker.track(agent, { id: 'main', name: 'main' }, () => done);
        } else {
          await tracker.track(agent, { id: 'worker', name: 'worker' }, () => burn(150));
        }`;
      const { code, stderr } = await start(body, { node }).ended;
      expect([code, stderr]).toEqual([0, '']);
      const cpuOf = (id: string) => stored().find(({ taskId }) => taskId === id)?.cpuMs ?? 0;
      expect(storedTasks()).toEqual(['main', 'worker']);
      expect(cpuOf('worker')).toBeGreaterThan(50);
      expect(cpuOf('main')).toBeLessThan(cpuOf('worker') / 2);
    });
  });

  it('runs the quick start of its README as it is written', async () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    writeFileSync(join(consumer, 'quick.mjs'), code.replace('http://localhost:9999', url));
    const child = spawn(process.execPath, ['quick.mjs'], { cwd: consumer, stdio: 'inherit' });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(stored()).toMatchObject([
      { taskId: 'task-42', status: 'success', inputTokens: 1200 },
      { taskId: 'task-43', status: 'failure', errorMessage: 'gone' },
    ]);
  });

  it('sends what is left when the program has nothing more to do', async () => {
    const { code } = await start(`await run('1', '2');`).ended;
    expect(code).toBe(0);
    expect(storedTasks()).toEqual(['1', '2']);
  });

  it('neither fails nor holds up a program whose tracker is away', async () => {
    await goAway();
    const { code, stderr, ms } = await start(`await run('1'); await tracker.flush();`).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(ms).toBeLessThan(20_000);
  });

  it('keeps the process alive until what it sent at its end is acknowledged', async () => {
    server.reply = (connection, { number }) => {
      setTimeout(() => server.store(connection, number), 700);
    };
    const { code, ms } = await start(`await run('1');`).ended;
    expect(code).toBe(0);
    expect(ms).toBeGreaterThan(700);
    expect(storedTasks()).toEqual(['1']);
  });

  it.each(['http', 'websocket'])(
    'keeps in the spool what is under way over %s',
    async (transport) => {
      // Nobody answers.
      server.reply = () => undefined;
      server.holdsPosts = true;
      const options = `spoolDir, transport: '${transport}',`;
      await start(`await run('1', '2'); void tracker.flush(); await sleep(500); process.exit(0);`, {
        options,
      }).ended;
      expect(spoolText().match(/"status":"success"/g)).toHaveLength(2);
    },
  );

  it('keeps in the spool what an uncaught error cuts off', async () => {
    const { code } = await start(`await run('1'); throw new Error('bug');`, {
      options: 'spoolDir,',
    }).ended;
    expect(code).toBe(1);
    await start(`tracker.on('flushed', () => undefined);`, { options: 'spoolDir,' }).ended;
    expect(storedTasks()).toEqual(['1']);
  });

  it('loses nothing that was spooled to kill -9, with several processes in one folder', async () => {
    const port = await goAway();
    const victims = ['a', 'b', 'c'].map((name) =>
      start(
        `tracker.on('retrying', () => setTimeout(() => console.log('SPOOLED'), 500));
         for (let i = 0; i < 400; i += 1) await run('${name}-' + i);
         await tracker.flush();
         setInterval(() => run('${name}-late'), 3);`,
        { options: 'spoolDir,' },
      ),
    );
    await Promise.all(victims.map(({ child }) => said(child, 'SPOOLED')));
    for (const { child } of victims) child.kill('SIGKILL');
    await Promise.all(victims.map(({ ended }) => ended));
    const spooled = spoolText();
    await comeBack(port);
    const heirs = [1, 2, 3].map(() => start(`await sleep(300);`, { options: 'spoolDir,' }).ended);
    expect((await Promise.all(heirs)).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await eventually(() => readdirSync(spoolDir).length === 0)).toBe(true);
    const lines = spooled.split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(2400);
    const ids = new Set(
      [...server.acknowledged, ...server.posted].map((r) => `${r.executionId ?? ''} ${r.status}`),
    );
    const lost = lines.flatMap((line) => {
      try {
        const { executionId, status } = JSON.parse(line) as ExecutionRecord;
        return ids.has(`${executionId ?? ''} ${status}`) ? [] : [executionId];
      } catch {
        // The line at which a process was killed.
        return [];
      }
    });
    expect(lost).toEqual([]);
    for (const name of ['a', 'b', 'c']) {
      const tasks = storedTasks().filter(
        (task) => task.startsWith(`${name}-`) && !task.endsWith('late'),
      );
      expect(tasks).toHaveLength(400);
    }
  });
});
