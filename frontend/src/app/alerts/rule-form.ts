import type { AlertRule, AlertRuleInput, AlertType, CustomRuleType } from '@app/contracts';
import { ALERT_STATISTICS } from '@app/contracts';
import { formatType } from '../format/format';
import { OPERATOR_SIGNS, levelUnit, statisticWords } from './alert-words';

/** Fields of a rule that the form has as text; spans in the unit of their field. */
export type RuleField = Exclude<keyof AlertRuleInput, 'type' | 'enabled' | 'muted' | 'author'>;
export type RuleForm = { type: AlertType; enabled: boolean; muted: boolean } & Record<
  RuleField,
  string
>;

export interface FieldSpec {
  key: RuleField;
  label: string;
  kind: 'text' | 'number' | 'choice';
  unit: string;
  /** Milliseconds in one of the unit; 1 for what is no span. */
  per: number;
  /** May be left empty. */
  optional: boolean;
  choices?: readonly { value: string; label: string }[];
  hint?: string;
}

export interface FieldGroup {
  heading: string;
  fields: FieldSpec[];
}

const MINUTE_MS = 60_000;

function text(key: RuleField, label: string, optional = true): FieldSpec {
  return { key, label, kind: 'text', unit: '', per: 1, optional };
}

function figure(key: RuleField, label: string, unit: string, optional = true): FieldSpec {
  return { key, label, kind: 'number', unit, per: 1, optional };
}

function span(key: RuleField, label: string, hint?: string, optional = false): FieldSpec {
  const spec: FieldSpec = { key, label, kind: 'number', unit: 'min', per: MINUTE_MS, optional };
  return hint === undefined ? spec : { ...spec, hint };
}

function choice(
  key: RuleField,
  label: string,
  choices: readonly (readonly [value: string, label: string])[],
): FieldSpec {
  const named = choices.map(([value, word]) => ({ value, label: word }));
  return { key, label, kind: 'choice', unit: '', per: 1, optional: false, choices: named };
}

const STATISTICS = Object.keys(ALERT_STATISTICS).map((key) => [key, statisticWords(key)] as const);
const OPERATORS = Object.entries(OPERATOR_SIGNS);
const GROUPINGS = [
  ['agent', 'Each agent'],
  ['agentType', 'Each agent type'],
  ['taskType', 'Each task type'],
  ['all', 'All together'],
] as const;
const NO_DATA = [
  ['keep', 'Nothing changes'],
  ['ok', 'All is well'],
  ['alert', 'An alert of its own'],
] as const;

/** What of a rule of this type can be set, in groups. */
export function ruleFields(form: Pick<RuleForm, 'type' | 'statistic'>): FieldGroup[] {
  const { type } = form;
  const threshold = type === 'threshold';
  const statistic = form.statistic as keyof typeof ALERT_STATISTICS;
  const unit = levelUnit({ type, statistic: threshold ? statistic : null });
  const scope = [text('agentId', 'Agent id'), text('agentType', 'Agent type')];
  if (threshold || type === 'stuck_execution') scope.push(text('taskType', 'Task type'));
  if (threshold) scope.push(choice('groupBy', 'One alert for', GROUPINGS));
  const window =
    type === 'no_data'
      ? span('windowMs', 'Warning after silence of')
      : span('windowMs', 'Looks back');
  const needsWindow = !['slow_execution', 'resource_overuse', 'stuck_execution'].includes(type);
  const sampled = needsWindow && type !== 'no_data';
  return [
    {
      heading: 'Name',
      fields: [text('name', 'Name', false), text('description', 'Description')],
    },
    { heading: 'Watches', fields: scope.map((one) => ({ ...one, hint: scopeHint(one) })) },
    { heading: 'Levels', fields: [...levelFields(type, unit), ...(needsWindow ? [window] : [])] },
    {
      heading: 'Calm',
      fields: [
        ...(sampled ? [figure('minSample', 'Least executions', '', false)] : []),
        span('holdMs', 'Must last', 'Before it fires'),
        span('keepFiringMs', 'Must be over for', 'Before it resolves'),
        ...(sampled ? [choice('noData', 'Too little data means', noDataOf(type))] : []),
        span('renotifyMs', 'Tell again every', 'Empty: never', true),
      ],
    },
  ];
}

function noDataOf(type: AlertType) {
  return NO_DATA.filter(([value]) => value !== 'alert' || type === 'threshold');
}

function scopeHint({ key }: FieldSpec): string {
  return key === 'groupBy' ? '' : 'Empty: all';
}

function levelFields(type: AlertType, unit: string): FieldSpec[] {
  if (type === 'no_data') {
    return [span('critical', 'Critical after silence of', 'Empty: never critical', true)];
  }
  const levels = [figure('warning', 'Warning', unit), figure('critical', 'Critical', unit)];
  if (type === 'stuck_execution') {
    const beat = { ...span('heartbeatMs', 'No sign of life for', 'Empty: not looked at', true) };
    return [...levels, { ...beat, unit: 's', per: 1000 }];
  }
  if (type !== 'threshold') return levels;
  return [
    choice('statistic', 'Figure', STATISTICS),
    choice('operator', 'Is', OPERATORS),
    ...levels,
    { ...figure('recovery', 'Over again at', unit), hint: 'Empty: the warning level' },
  ];
}

/** What a form starts with: the rule as it stands, or a new one. */
export function toRuleForm(rule: AlertRule): RuleForm {
  const specs = ruleFields({ type: rule.type, statistic: rule.statistic ?? '' });
  const fields = specs.flatMap((group) => group.fields);
  const empty: RuleForm = { ...newRuleForm('threshold'), type: rule.type };
  for (const { key, per } of fields) {
    const value = rule[key];
    empty[key] = typeof value === 'number' ? String(value / per) : (value ?? '');
  }
  return { ...empty, enabled: rule.enabled, muted: rule.muted };
}

export function newRuleForm(type: CustomRuleType): RuleForm {
  const threshold = type === 'threshold';
  return {
    type,
    enabled: true,
    muted: false,
    name: '',
    description: '',
    agentId: '',
    agentType: '',
    taskType: '',
    groupBy: 'agent',
    statistic: threshold ? 'p95Ms' : '',
    operator: threshold ? 'gt' : '',
    warning: type === 'stuck_execution' ? '3' : '',
    critical: type === 'stuck_execution' ? '10' : '',
    recovery: '',
    windowMs: '60',
    minSample: '1',
    holdMs: '0',
    keepFiringMs: '5',
    noData: 'keep',
    renotifyMs: '',
    heartbeatMs: '',
  };
}

/** What to send, or what is wrong with which field. */
export interface ReadForm {
  input: AlertRuleInput;
  problems: Record<string, string>;
}

/** Reads the fields that mean something for the type; empty optional ones are null. */
export function readRuleForm(form: RuleForm): ReadForm {
  const problems: Record<string, string> = {};
  const input: Record<string, unknown> = {
    type: form.type,
    enabled: form.enabled,
    muted: form.muted,
  };
  for (const { key, kind, per, optional, label } of ruleFields(form).flatMap((g) => g.fields)) {
    const given = form[key].trim();
    if (given === '') {
      if (optional) input[key] = null;
      else problems[key] = `${label} is needed`;
    } else if (kind !== 'number') {
      input[key] = given;
    } else if (Number.isFinite(Number(given))) {
      // Whole milliseconds for spans; other figures as they were given.
      input[key] = per === 1 ? Number(given) : Math.round(Number(given) * per);
    } else {
      problems[key] = 'must be a number';
    }
  }
  return { input, problems };
}

/** In words, for the choice of a new rule. */
export const NEW_RULES: readonly { type: CustomRuleType; label: string }[] = [
  { type: 'threshold', label: 'Threshold' },
  { type: 'no_data', label: 'No data' },
  { type: 'stuck_execution', label: formatType('stuck_execution') },
];
