import type { Project } from '@app/contracts';

export const DEFAULT_PROJECT = 'default';
/** Where the sample swarm reports to. */
export const SAMPLE_PROJECT = 'sample';

/**
 * The project to show where none was chosen: one's own, or the sample while one's own is empty.
 * @param shown what is shown now; it stays as long as it has agents, so that nothing jumps
 */
export function defaultProject(projects: readonly Project[], shown: string | undefined): string {
  const hasAgents = (slug: string): boolean =>
    projects.some((project) => project.slug === slug && project.agentCount > 0);
  if (shown !== undefined && hasAgents(shown)) return shown;
  if (hasAgents(DEFAULT_PROJECT)) return DEFAULT_PROJECT;
  return hasAgents(SAMPLE_PROJECT) ? SAMPLE_PROJECT : DEFAULT_PROJECT;
}
