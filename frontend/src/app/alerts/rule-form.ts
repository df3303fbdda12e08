import type {
  AlertRule,
  AlertRuleInput,
  AlertStatistic,
  AlertType,
  CustomRuleType,
} from '@app/contracts';
import { ALERT_GROUPINGS, ALERT_OPERATORS, ALERT_STATISTICS } from '@app/contracts';
import { OPERATOR_SIGNS, levelUnit, statisticWords } from './alert-words';
import { ruleWords } from './words';

/** Fields of a rule that the form has as text; spans in the unit of their field. */
export type RuleField = Exclude<keyof AlertRuleInput, 'type' | 'enabled' | 'muted' | 'author'>;
export type RuleForm = { type: AlertType; enabled: boolean; muted: boolean } & Record<
  RuleField,
  string
>;

interface FieldChoice {
  value: string;
  label: string;
}

export interface FieldSpec {
  key: RuleField;
  label: string;
  kind: 'text' | 'number' | 'choice';
  unit: string;
  /** Milliseconds in one of the unit; 1 for what is no span. */
  per: number;
  /** May be left empty. */
  optional: boolean;
  choices?: readonly FieldChoice[];
  hint?: string;
}

export interface FieldGroup {
  heading: string;
  fields: FieldSpec[];
}

const MINUTE_MS = 60_000;

function spec(key: RuleField, rest: Pick<FieldSpec, 'kind'> & Partial<FieldSpec>): FieldSpec {
  return { key, label: ruleWords().fields[key], unit: '', per: 1, optional: true, ...rest };
}

function text(key: RuleField, optional = true): FieldSpec {
  return spec(key, { kind: 'text', optional });
}

function figure(key: RuleField, unit: string, optional = true): FieldSpec {
  return spec(key, { kind: 'number', unit, optional });
}

function span(key: RuleField, change: Partial<FieldSpec> = {}): FieldSpec {
  return spec(key, { kind: 'number', unit: 'min', per: MINUTE_MS, optional: false, ...change });
}

function choice(key: RuleField, choices: readonly FieldChoice[]): FieldSpec {
  return spec(key, { kind: 'choice', optional: false, choices });
}

function named<T extends string>(
  values: readonly T[],
  label: (value: T) => string,
): readonly FieldChoice[] {
  return values.map((value) => ({ value, label: label(value) }));
}

const STATISTICS = Object.keys(ALERT_STATISTICS) as AlertStatistic[];

/** What of a rule of this type can be set, in groups. */
export function ruleFields(form: Pick<RuleForm, 'type' | 'statistic'>): FieldGroup[] {
  const { type } = form;
  const { groups, groupings, hints, warningAfter } = ruleWords();
  const threshold = type === 'threshold';
  const statistic = form.statistic as AlertStatistic;
  const unit = levelUnit({ type, statistic: threshold ? statistic : null });
  const scope = [text('agentId'), text('agentType')];
  if (threshold || type === 'stuck_execution') scope.push(text('taskType'));
  const watched = scope.map((one) => ({ ...one, hint: hints.all }));
  if (threshold)
    watched.push({
      ...choice(
        'groupBy',
        named(ALERT_GROUPINGS, (one) => groupings[one]),
      ),
      hint: '',
    });
  const window = span('windowMs', type === 'no_data' ? { label: warningAfter } : {});
  const needsWindow = !['slow_execution', 'resource_overuse', 'stuck_execution'].includes(type);
  const sampled = needsWindow && type !== 'no_data';
  return [
    { heading: groups.name, fields: [text('name', false), text('description')] },
    { heading: groups.watches, fields: watched },
    {
      heading: groups.levels,
      fields: [...levelFields(type, unit), ...(needsWindow ? [window] : [])],
    },
    {
      heading: groups.calm,
      fields: [
        ...(sampled ? [figure('minSample', '', false)] : []),
        span('holdMs', { hint: hints.holdMs }),
        span('keepFiringMs', { hint: hints.keepFiringMs }),
        ...(sampled ? [choice('noData', noDataOf(type))] : []),
        span('renotifyMs', { hint: hints.renotifyMs, optional: true }),
      ],
    },
  ];
}

function noDataOf(type: AlertType): readonly FieldChoice[] {
  const { noData } = ruleWords();
  const possible = (['keep', 'ok', 'alert'] as const).filter(
    (value) => value !== 'alert' || type === 'threshold',
  );
  return named(possible, (value) => noData[value]);
}

function levelFields(type: AlertType, unit: string): FieldSpec[] {
  const { hints, criticalAfter } = ruleWords();
  if (type === 'no_data') {
    return [span('critical', { label: criticalAfter, hint: hints.critical, optional: true })];
  }
  const levels = [figure('warning', unit), figure('critical', unit)];
  if (type === 'stuck_execution') {
    const beat = { unit: 's', per: 1000, hint: hints.heartbeatMs, optional: true };
    return [...levels, span('heartbeatMs', beat)];
  }
  if (type !== 'threshold') return levels;
  return [
    choice('statistic', named(STATISTICS, statisticWords)),
    choice(
      'operator',
      named(ALERT_OPERATORS, (one) => OPERATOR_SIGNS[one]),
    ),
    ...levels,
    { ...figure('recovery', unit), hint: hints.recovery },
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
  const { needed, notANumber } = ruleWords().editor;
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
      else problems[key] = needed(label);
    } else if (kind !== 'number') {
      input[key] = given;
    } else if (Number.isFinite(Number(given))) {
      // Whole milliseconds for spans; other figures as they were given.
      input[key] = per === 1 ? Number(given) : Math.round(Number(given) * per);
    } else {
      problems[key] = notANumber;
    }
  }
  return { input, problems };
}
