import { describe, expect, it } from '@jest/globals';
import type { AlertRule } from '@app/contracts';
import { ruleCondition } from './alert-words';
import { newRuleForm, readRuleForm, ruleFields, toRuleForm } from './rule-form';

const rule: AlertRule = {
  id: '4c0a3f0e-6a36-4a52-8f0c-2f1b2d9e7a10',
  builtIn: false,
  version: 3,
  type: 'threshold',
  name: 'p95 of planners',
  description: null,
  enabled: true,
  muted: true,
  agentId: null,
  agentType: 'orchestrator',
  taskType: null,
  groupBy: 'agent',
  statistic: 'p95Ms',
  operator: 'gt',
  warning: 3000,
  critical: null,
  recovery: null,
  windowMs: 3_600_000,
  minSample: 20,
  holdMs: 90_000,
  keepFiringMs: 300_000,
  noData: 'keep',
  renotifyMs: null,
  heartbeatMs: null,
  createdAt: null,
  createdBy: null,
  updatedAt: null,
  updatedBy: null,
};

describe('the form of a rule', () => {
  it('gives back the rule as it was when nothing is touched', () => {
    const { input, problems } = readRuleForm(toRuleForm(rule));
    expect(problems).toEqual({});
    expect(rule).toMatchObject(input);
  });

  it('shows spans in minutes and sends whole milliseconds', () => {
    expect(toRuleForm(rule).holdMs).toBe('1.5');
    const { input } = readRuleForm({ ...toRuleForm(rule), holdMs: '0.1', renotifyMs: '30' });
    expect(input).toMatchObject({ holdMs: 6000, renotifyMs: 1_800_000 });
  });

  it('empties what may be empty, and names what may not or is no number', () => {
    const form = { ...toRuleForm(rule), agentType: ' ', name: '', warning: 'many', windowMs: '' };
    const { input, problems } = readRuleForm(form);
    expect(input.agentType).toBeNull();
    expect(Object.keys(problems).toSorted()).toEqual(['name', 'warning', 'windowMs']);
  });

  it('sends nothing that means nothing for the type', () => {
    const { input } = readRuleForm({ ...newRuleForm('no_data'), name: 'Quiet', critical: '90' });
    expect(input).toMatchObject({ type: 'no_data', windowMs: 3_600_000, critical: 5_400_000 });
    for (const field of ['statistic', 'operator', 'warning', 'recovery', 'groupBy', 'taskType']) {
      expect(input).not.toHaveProperty(field);
    }
  });

  it('counts heartbeats in seconds', () => {
    const form = { ...newRuleForm('stuck_execution'), name: 'Stuck', heartbeatMs: '45' };
    expect(readRuleForm(form).input).toMatchObject({ heartbeatMs: 45_000, warning: 3 });
  });

  it('names the unit of the watched figure beside its levels', () => {
    const unit = (statistic: string) =>
      ruleFields({ type: 'threshold', statistic })
        .flatMap(({ fields }) => fields)
        .find(({ key }) => key === 'warning')?.unit;
    expect([unit('p95Ms'), unit('memoryMbMax'), unit('costUsd')]).toEqual(['ms', 'MiB', 'USD']);
  });

  it('says in one line what a rule asks', () => {
    expect(ruleCondition(rule).replaceAll('\u202f', ' ')).toBe('P95 > warning 3 s · over 1 h');
  });
});
