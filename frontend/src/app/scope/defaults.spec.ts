import { describe, expect, it } from '@jest/globals';
import type { Project } from '@app/contracts';
import { aTrendPoint } from '../testing/builders';
import { defaultProject } from './default-project';
import { defaultWindow } from './default-window';

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

describe(defaultWindow.name, () => {
  const now = Date.parse('2026-05-01T12:10:00Z');
  const since = (...hours: string[]) =>
    hours.map((hour) => aTrendPoint({ bucketStart: `2026-05-01T${hour}:00:00Z`, total: 5 }));

  it('is a day for a fleet that has run for a day', () => {
    expect(defaultWindow(since('01', '12'), now)).toBe('24h');
  });

  it('is shorter for one that has just begun', () => {
    expect(defaultWindow(since('12'), now)).toBe('1h');
    expect(defaultWindow(since('09', '12'), now)).toBe('6h');
  });

  it('is a day where nothing has happened', () => {
    expect(defaultWindow([aTrendPoint({ total: 0 })], now)).toBe('24h');
  });
});
