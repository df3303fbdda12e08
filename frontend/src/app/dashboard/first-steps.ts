import { API_ROOT } from '../api/api-feed';

/** A command that reports one execution of now to the given project. */
export function curlCommand(origin: string, project: string, now: Date): string {
  const query = project === 'default' ? '' : `?project=${encodeURIComponent(project)}`;
  const record = {
    agentId: 'planner-1',
    agentName: 'Planner 1',
    agentType: 'orchestrator',
    taskId: 'task-1',
    taskName: 'First task',
    complexity: 2,
    status: 'success',
    endedAt: now.toISOString(),
    durationMs: 1200,
    cpuPercent: 38,
    memoryMb: 512,
  };
  return [
    `curl '${origin}${API_ROOT}/metrics${query}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(record, null, 2).replaceAll('\n', '\n  ')}'`,
  ].join('\n');
}

/** The same by the client library, around real work. */
export function sdkSnippet(origin: string, project: string): string {
  const named = project === 'default' ? '' : `, project: '${project}'`;
  return [
    `import { AgentPerformanceTracker } from 'agent-performance-tracker-sdk';`,
    ``,
    `const tracker = new AgentPerformanceTracker({ url: '${origin}'${named} });`,
    `await tracker.track(`,
    `  { id: 'planner-1', name: 'Planner 1', type: 'orchestrator' },`,
    `  { id: 'task-1', name: 'First task', complexity: 2 },`,
    `  () => doTheWork(),`,
    `);`,
  ].join('\n');
}
