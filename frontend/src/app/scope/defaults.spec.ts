import { describe, expect, it } from '@jest/globals';
import { WINDOW_MS } from '@app/contracts';
import type { Project } from '@app/contracts';
import { aTrendPoint } from '../testing/builders';
import { defaultProject } from './default-project';
import { defaultWindow, isYoung, oldestStart } from './default-window';

const project = (slug: string, agentCount: number): Project => ({
  slug,
  name: slug,
  agentCount,
  lastActiveAt: null,
});

describe(defaultProject.name, () => {
  it('shows the sample while one’s own project is empty', () => {
    expect(defaultProject([project('default', 0), project('sample', 6)], undefined)).toBe('sample');
  });

  it('prefers one’s own project once it has agents', () => {
    const projects = [project('default', 1), project('sample', 6)];
    expect(defaultProject(projects, undefined)).toBe('default');
  });

  it('does not jump away from what is being looked at', () => {
    expect(defaultProject([project('default', 1), project('sample', 6)], 'sample')).toBe('sample');
  });

  it('leaves an empty project when the sample comes alive', () => {
    const projects = [project('default', 0), project('sample', 6)];
    expect(defaultProject(projects, 'default')).toBe('sample');
  });

  it('is the default project where nothing is known', () => {
    expect(defaultProject([], undefined)).toBe('default');
  });
});

const at = (time: string): string => `2026-05-01T${time}:00Z`;
const since = (...times: string[]) =>
  times.map((time) => aTrendPoint({ bucketStart: at(time), total: 5 }));
const none = aTrendPoint({ bucketStart: at('00:00'), total: 0 });

describe(defaultWindow.name, () => {
  const now = Date.parse(at('12:10'));

  it.each([
    ['12:05', '15m'],
    ['11:40', '1h'],
    ['07:00', '6h'],
    ['01:00', '24h'],
  ])('for a fleet that began at %s is %s', (began, window) => {
    expect(defaultWindow(Date.parse(at(began)), now)).toBe(window);
  });

  it('is a day where nothing has happened', () => {
    expect(defaultWindow(null, now)).toBe('24h');
  });

  it('never leaves out the beginning', () => {
    for (let age = 0; age < 24 * 3_600_000; age += 60_000)
      expect(WINDOW_MS[defaultWindow(now - age, now)]).toBeGreaterThanOrEqual(age);
  });
});

describe(oldestStart.name, () => {
  it('is told by the hours', () => {
    expect(oldestStart([none, ...since('09:00', '12:00')], undefined)).toBe(
      Date.parse(at('09:00')),
    );
    expect(oldestStart([none], undefined)).toBeNull();
  });

  it('is told by the minutes where they hold everything', () => {
    expect(oldestStart(since('12:00'), since('12:04'))).toBe(Date.parse(at('12:04')));
    expect(oldestStart(since('10:00', '12:00'), since('12:04'))).toBe(Date.parse(at('10:00')));
  });

  it('asks for minutes only where they may help', () => {
    expect(isYoung(since('11:00'), Date.parse(at('12:10')))).toBe(true);
    expect(isYoung(since('09:00'), Date.parse(at('12:10')))).toBe(false);
    expect(isYoung([none], Date.parse(at('12:10')))).toBe(false);
  });
});
