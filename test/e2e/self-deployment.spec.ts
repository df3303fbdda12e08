import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { SYSTEM_CONDITIONS } from '@app/contracts';
import { load } from 'js-yaml';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
  read_only?: boolean;
  cap_drop?: string[];
  stop_grace_period?: string;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

/** Instructions with their continued lines joined. */
function instructions(text: string): [word: string, rest: string][] {
  const joined = text.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]);
}

describe('the Dockerfile', () => {
  const lines = instructions(read('Dockerfile'));
  const of = (word: string): string[] =>
    lines.filter(([its]) => its === word).map(([, rest]) => rest);
  const last = lines.slice(lines.map(([word]) => word).lastIndexOf('FROM'));

  it('knows only words that Docker knows, and has stages', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'LABEL', 'ENV', 'USER', 'VOLUME', 'EXPOSE'];
    const more = ['HEALTHCHECK', 'STOPSIGNAL', 'CMD'];
    for (const [word] of lines) expect([...known, ...more]).toContain(word);
    expect(of('FROM')).toHaveLength(3);
    for (const image of of('FROM')) expect(image).toMatch(/^node:24-[a-z]+-slim( AS \w+)?$/);
  });

  it('runs as nobody special, with no shell around the server, and looks after its health', () => {
    expect(last.filter(([word]) => word === 'USER')).toEqual([['USER', 'node']]);
    const order = last.map(([word]) => word);
    expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('COPY'));
    expect(of('CMD').every((rest) => rest.startsWith('['))).toBe(true);
    expect(of('HEALTHCHECK')[0]).toContain('/livez');
    expect(of('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('copies only what is there, and no secret', () => {
    for (const rest of of('COPY').filter((one) => !one.startsWith('--from'))) {
      const sources = rest.split(' ').slice(0, -1);
      for (const source of sources)
        expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
    }
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.env', '.git', '.data', 'node_modules', 'secrets'])
      expect(ignored).toContain(name);
  });

  it('is made of named versions, of packages that the lock file pins, and keeps no secret', () => {
    for (const image of of('FROM')) expect(image).not.toMatch(/:latest|^[^:]+$/);
    expect(of('ADD').concat(of('ARG'))).toEqual([]);
    for (const rest of of('ENV')) expect(rest).not.toMatch(/key|secret|password|token|_URL=/i);
    const installs = of('RUN').filter((rest) =>
      /\b(npm|npx|yarn|apt|apt-get|curl|wget)\b/.test(rest),
    );
    for (const rest of installs) expect(rest).toMatch(/^npm (ci|run build)\b/);
    const packages = lines.slice(lines.findIndex(([, rest]) => / AS packages$/.test(rest)));
    expect(packages.find(([word]) => word === 'RUN')?.[1]).toContain('--omit=dev');
    // From the context only what has a name: nothing gets into the image by lying about.
    const named = last.filter(([word, rest]) => word === 'COPY' && !rest.startsWith('--from'));
    expect(named).toEqual([['COPY', 'package.json LICENSE ./']]);
    expect(last.filter(([word]) => word === 'RUN')).toHaveLength(1);
  });

  it('starts with the command that npm start ends in', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const main = 'dist/apps/api/apps/api/src/main.js';
    expect(scripts['start']).toContain(main);
    expect(of('CMD')[0]).toContain(main);
    // Every way to start it has the same bound on memory.
    const unit = read('docs/operations/agent-performance-tracker.service');
    for (const way of [of('CMD')[0] ?? '', read('compose.yaml'), unit, scripts['start']]) {
      expect(way).toMatch(/--max-semi-space-size=8\W+dist\/apps\/api/);
    }
  });
});

describe('the compose file', () => {
  const compose = load(read('compose.yaml')) as Compose;
  const { tracker, postgres } = compose.services;

  it('refers only to what it defines', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect([name, Boolean(service.image ?? service.build)]).toEqual([name, true]);
      for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty(secret);
      for (const volume of service.volumes ?? []) {
        expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
      }
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(compose.services).toHaveProperty(other);
      }
    }
  });

  it('says nothing that compose does not know', () => {
    expect(Object.keys(compose).sort()).toEqual(['name', 'secrets', 'services', 'volumes']);
    const known = [
      ...['image', 'build', 'command', 'environment', 'ports', 'secrets', 'depends_on', 'volumes'],
      ...['read_only', 'tmpfs', 'cap_drop', 'security_opt', 'restart', 'healthcheck', 'mem_limit'],
      ...['stop_grace_period', 'stop_signal', 'shm_size'],
    ];
    for (const service of Object.values(compose.services)) {
      expect(Object.keys(service).filter((key) => !known.includes(key))).toEqual([]);
      expect(service.image).not.toMatch(/:latest$/);
      expect(Object.values(service.environment ?? {}).every((one) => typeof one === 'string')).toBe(
        true,
      );
    }
    // Its own time to stop is longer than what the tracker takes.
    expect(parseInt(tracker?.stop_grace_period ?? '0', 10)).toBeGreaterThan(15);
  });

  it('waits for a healthy database, shows itself to this machine only, and holds no secret', () => {
    expect(tracker?.depends_on?.['postgres']?.condition).toBe('service_healthy');
    expect(postgres?.healthcheck?.test.join(' ')).toContain('pg_isready');
    expect(postgres?.ports).toBeUndefined();
    for (const port of tracker?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(tracker).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(read('compose.yaml')).not.toMatch(/PASSWORD: (?!\/run)|SECRET_KEY: /);
    expect(read('.gitignore').split('\n')).toContain('secrets/');
  });

  it('has a command that a shell can read', () => {
    const script = (tracker?.command?.at(-1) ?? '').replaceAll('$$', '$');
    const { status, stderr } = spawnSync('sh', ['-n', '-c', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the systemd unit', () => {
  const path = join(ROOT, 'docs/operations/agent-performance-tracker.service');

  it('is one that systemd takes', () => {
    const { error, stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], {
      encoding: 'utf8',
    });
    if (error) return;
    const complaints = `${stdout}${stderr}`
      .split('\n')
      // The tracker is not installed there on this machine.
      .filter((line) => line.includes('agent-performance') && !line.includes('is not executable'));
    expect(complaints).toEqual([]);
  });

  it('leaves time for an orderly stop, and few rights', () => {
    const unit = readFileSync(path, 'utf8');
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10);
    for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'User=tracker']) {
      expect(unit).toContain(line);
    }
  });
});

describe('the rules for Prometheus', () => {
  it('speak of series that there are, and of every condition', () => {
    const text = read('docs/operations/prometheus-rules.yml');
    const { groups } = load(text) as {
      groups: { rules: { alert: string; expr: string; labels: object; annotations: object }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(3);
    const source =
      read('libs/operations/src/self-metrics.ts') + read('libs/operations/src/agent-kpis.ts');
    for (const { expr, annotations } of rules) {
      expect(Object.keys(annotations)).toContain('summary');
      for (const [name] of expr.matchAll(/apt_[a-z_]+/g)) {
        expect([
          name,
          source.includes(name.replace(/^apt_agent_|_(bucket|sum|count)$/g, '')),
        ]).toEqual([name, true]);
      }
    }
    expect(SYSTEM_CONDITIONS.filter((condition) => !text.includes(condition))).toEqual([]);
  });
});
