import { RECORD_FIELDS } from '@app/contracts';
import type { FieldRule } from '@app/contracts';

interface JsonSchema {
  type?: 'object' | 'string' | 'number' | 'integer' | 'array';
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  enum?: string[];
  format?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  example?: unknown;
}

/** An execution record for the API description, made from the same list that checks it. */
export const recordSchema: JsonSchema = {
  type: 'object',
  description:
    'Durations in milliseconds, memory in MiB, CPU in percent of one core, instants ISO 8601 with offset',
  properties: Object.fromEntries(
    Object.entries(RECORD_FIELDS).map(([name, rule]) => [name, fieldSchema(rule)]),
  ),
  required: Object.entries(RECORD_FIELDS)
    .filter(([, rule]) => 'required' in rule)
    .map(([name]) => name),
  additionalProperties: false,
};

function fieldSchema(rule: FieldRule): JsonSchema {
  switch (rule.kind) {
    case 'text':
      return { type: 'string', maxLength: rule.maxLength };
    case 'uuid':
      return { type: 'string', format: 'uuid' };
    case 'number':
      return { type: 'number', minimum: 0, maximum: rule.max };
    case 'integer':
      return { type: 'integer', minimum: rule.min, maximum: rule.max };
    case 'instant':
      return { type: 'string', format: 'date-time' };
    case 'choice':
      return { type: 'string', enum: [...rule.values] };
    case 'object':
      return { type: 'object' };
  }
}

export const exampleRecord = {
  agentId: 'reader-1',
  agentName: 'Reader 1',
  agentType: 'cognitive',
  taskId: 'summarise-42',
  taskName: 'Summarise the licence',
  taskType: 'summarise',
  complexity: 2,
  status: 'success',
  endedAt: new Date().toISOString(),
  durationMs: 1840,
  cpuPercent: 38.5,
  memoryMb: 212,
  inputTokens: 1200,
  outputTokens: 180,
};

export const exampleBatch = [
  { agentId: 'planner-1', agentType: 'orchestrator', taskId: 'plan-7', status: 'running' },
  {
    agentId: 'reader-1',
    agentType: 'cognitive',
    taskId: 'read-8',
    status: 'failure',
    endedAt: new Date().toISOString(),
    durationMs: 950,
    errorType: 'UnreadableFile',
  },
];
