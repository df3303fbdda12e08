import type { AlertRuleInput, AlertType, FieldProblem } from '@app/contracts';
import { invalidRequest } from '@app/platform';

import type { RuleDefinition } from '../rule.store.js';

/** What a new rule of a type starts from, beside the defaults of every rule. */
export const TYPE_DEFAULTS: Partial<Record<AlertType, Partial<RuleDefinition>>> = {
  stuck_execution: { warning: 3, critical: 10 },
};

/** Fields that mean something for these types only. */
const ONLY_FOR: [field: keyof RuleDefinition, empty: unknown, types: AlertType[]][] = [
  ['statistic', null, ['threshold']],
  ['operator', null, ['threshold']],
  ['recovery', null, ['threshold']],
  ['groupBy', 'agent', ['threshold']],
  ['heartbeatMs', null, ['stuck_execution']],
  ['taskType', null, ['threshold', 'stuck_execution']],
];

/**
 * The rule that an input makes of what was before; what is left out keeps its value.
 * @throws DomainError `invalid-request` (400) naming every field at fault
 */
export function completeRule(before: RuleDefinition, input: AlertRuleInput): RuleDefinition {
  const { author, ...given } = input;
  void author;
  const changes = Object.entries(given).filter(([, value]) => value !== undefined);
  const rule: RuleDefinition = { ...before, ...(Object.fromEntries(changes) as AlertRuleInput) };
  const problems = [...typeProblems(before, rule), ...levelProblems(rule), ...groupProblems(rule)];
  if (problems.length > 0) throw invalidRequest(problems);
  return rule;
}

function typeProblems(before: RuleDefinition, rule: RuleDefinition): FieldProblem[] {
  const problems = ONLY_FOR.filter(
    ([field, empty, types]) => rule[field] !== empty && !types.includes(rule.type),
  ).map(([field]) => problem(field, `means nothing for rules of type ${rule.type}`));
  if (rule.type !== before.type) problems.push(problem('type', 'cannot be changed'));
  for (const field of NOT_NULL) {
    if (rule[field] === null) problems.push(problem(field, 'must not be null'));
  }
  if (rule.type === 'threshold') {
    if (rule.statistic === null) problems.push(missing('statistic'));
    if (rule.operator === null) problems.push(missing('operator'));
  }
  return problems;
}

const NOT_NULL = [
  'type',
  'name',
  'enabled',
  'muted',
  'groupBy',
  'windowMs',
  'minSample',
  'holdMs',
  'keepFiringMs',
  'noData',
] as const satisfies (keyof RuleDefinition)[];

function levelProblems(rule: RuleDefinition): FieldProblem[] {
  const { type, warning, critical, recovery, operator, heartbeatMs, windowMs } = rule;
  if (type === 'no_data') {
    const tooEarly = critical !== null && critical <= windowMs;
    return [
      ...(warning === null ? [] : [problem('warning', 'is `windowMs` for rules of type no_data')]),
      ...(tooEarly ? [problem('critical', 'must be more than windowMs')] : []),
    ];
  }
  if (warning === null && critical === null && !(type === 'stuck_execution' && heartbeatMs)) {
    return [missing('warning')];
  }
  const downwards = operator === 'lt' || operator === 'lte';
  const further = (a: number, b: number): boolean => (downwards ? a < b : a > b);
  const problems: FieldProblem[] = [];
  if (warning !== null && critical !== null && !further(critical, warning)) {
    problems.push(problem('critical', 'must be graver than warning'));
  }
  const first = warning ?? critical;
  if (recovery !== null && first !== null && further(recovery, first)) {
    problems.push(problem('recovery', 'must not be beyond the level that fires'));
  }
  return problems;
}

function groupProblems({ groupBy, agentId, type, noData }: RuleDefinition): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (groupBy !== 'agent' && groupBy !== 'taskType' && agentId !== null) {
    problems.push(problem('agentId', `leaves nothing to group by ${groupBy}`));
  }
  if (noData === 'alert' && type !== 'threshold') {
    problems.push(problem('noData', `alert means nothing for rules of type ${type}`));
  }
  return problems;
}

function missing(path: string): FieldProblem {
  return { path, code: 'missing-field', detail: 'is needed for this type of rule' };
}

function problem(path: string, detail: string): FieldProblem {
  return { path, code: 'invalid-value', detail };
}
