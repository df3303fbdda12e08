import { describe, expect, it } from '@jest/globals';
import { RECORD_FIELDS } from '@app/contracts';
import { curlCommand, sdkSnippet } from './first-steps';

describe(curlCommand.name, () => {
  const command = curlCommand('http://localhost:9999', 'default', new Date('2026-05-01T10:00:00Z'));

  it('posts to this very host', () => {
    expect(command).toContain("curl 'http://localhost:9999/api/v1/agent-performance/metrics' ");
  });

  it('sends a record of known fields, with all that are required', () => {
    const record = JSON.parse(/-d '(.*)'/s.exec(command)?.[1] ?? '') as Record<string, unknown>;
    for (const field of Object.keys(record)) expect(RECORD_FIELDS).toHaveProperty(field);
    expect(record).toMatchObject({ endedAt: '2026-05-01T10:00:00.000Z', durationMs: 1200 });
    for (const field of ['agentId', 'agentType', 'taskId', 'status'])
      expect(record).toHaveProperty(field);
  });

  it('names the project where it is another one', () => {
    expect(curlCommand('http://h', 'team-a', new Date(0))).toContain('?project=team-a');
    expect(sdkSnippet('http://h', 'team-a')).toContain("project: 'team-a'");
    expect(sdkSnippet('http://h', 'default')).not.toContain('project');
    expect(sdkSnippet('http://h', 'default')).toContain("from 'agent-performance-tracker-sdk'");
  });
});
