import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import { CUSTOM_RULE_TYPES } from '@app/contracts';
import type { AlertRule, AlertRuleInput, CustomRuleType } from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';

import { AlertsService } from './alerts.service.js';
import { RuleBook } from './rule.book.js';
import { RuleStore, definitionOf } from './rule.store.js';
import type { RuleDefinition } from './rule.store.js';
import { RULE_DEFAULTS, isBuiltIn } from './rules/built-in.js';
import { TYPE_DEFAULTS, completeRule } from './rules/complete-rule.js';

const MAX_RULES = 500;
const DEFAULT_AUTHOR = 'user';

/** What people do to rules. */
@Injectable()
export class RulesService {
  private readonly logger = new Logger(RulesService.name);

  constructor(
    private readonly store: RuleStore,
    private readonly book: RuleBook,
    private readonly alerts: AlertsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The built-in rules first. */
  list({ projectId }: ProjectScope): Promise<AlertRule[]> {
    return this.store.list(projectId);
  }

  /** @throws DomainError `unknown-alert-rule` (404) */
  async get({ projectId }: ProjectScope, id: string): Promise<AlertRule> {
    const rule = await this.store.find(projectId, id);
    if (!rule) throw new DomainError('unknown-alert-rule', 404);
    return rule;
  }

  /** @throws DomainError `invalid-request` (400), `too-many-rules` (409) */
  async create({ projectId }: ProjectScope, input: AlertRuleInput): Promise<AlertRule> {
    const definition = draftRule(input);
    if ((await this.store.list(projectId)).length >= MAX_RULES) {
      throw new DomainError('too-many-rules', 409);
    }
    const origin = { now: this.clock.now(), by: input.author ?? DEFAULT_AUTHOR, version: 1 };
    const rule = await this.store.create(projectId, randomUUID(), definition, origin);
    return this.changed(rule as AlertRule);
  }

  /**
   * Changes what is given of a rule. Alerts that are open follow the changed rule.
   * @throws DomainError `unknown-alert-rule` (404), `invalid-request` (400), `precondition-failed` (412)
   */
  async change(
    scope: ProjectScope,
    id: string,
    input: AlertRuleInput,
    condition: VersionCondition | null,
  ): Promise<AlertRule> {
    const before = await this.get(scope, id);
    if (Array.isArray(condition) && !condition.includes(before.version)) throw changedElsewhere();
    const definition = completeRule(definitionOf(before), input);
    const by = input.author ?? DEFAULT_AUTHOR;
    const now = this.clock.now();
    const untuned = before.updatedAt === null;
    // What was read is what is changed: whoever was faster is not overwritten unseen.
    const versions = [before.version];
    const rule = untuned
      ? await this.store.create(scope.projectId, id, definition, { now, by, version: 2 })
      : await this.store.change(scope.projectId, id, definition, { now, by, versions });
    if (rule) return this.changed(rule);
    if (condition !== null) throw changedElsewhere();
    return this.change(scope, id, input, null);
  }

  /**
   * Deletes a rule and ends its alerts.
   * @throws DomainError `built-in-rule` (409), `unknown-alert-rule` (404), `precondition-failed` (412)
   */
  async remove(scope: ProjectScope, id: string, condition: VersionCondition | null): Promise<void> {
    if (isBuiltIn(id)) throw new DomainError('built-in-rule', 409);
    await this.get(scope, id);
    if (!(await this.store.remove(scope.projectId, id, condition ?? 'any'))) {
      throw changedElsewhere();
    }
    await this.book.refresh();
    await this.alerts.endRule(scope, id, DEFAULT_AUTHOR);
    this.logger.log({ event: 'alerts.rule.deleted', id });
  }

  private async changed(rule: AlertRule): Promise<AlertRule> {
    await this.book.refresh();
    this.logger.log({ event: 'alerts.rule.changed', id: rule.id, version: rule.version });
    return rule;
  }
}

/**
 * The rule that an input describes, not yet saved: what is left out has its default.
 * @throws DomainError `invalid-request` (400)
 */
export function draftRule(input: AlertRuleInput): RuleDefinition {
  const { type, name } = input;
  if (!type || !isCustom(type)) {
    const detail = `must be one of ${CUSTOM_RULE_TYPES.join(', ')}; built-in rules exist already`;
    throw invalidRequest([{ path: 'type', code: 'invalid-value', detail }]);
  }
  if (!name) {
    throw invalidRequest([{ path: 'name', code: 'missing-field', detail: 'is needed' }]);
  }
  return completeRule({ ...RULE_DEFAULTS, ...TYPE_DEFAULTS[type], type, name }, input);
}

function isCustom(type: string): type is CustomRuleType {
  return (CUSTOM_RULE_TYPES as readonly string[]).includes(type);
}

function changedElsewhere(): DomainError {
  return new DomainError(
    'precondition-failed',
    412,
    'The rule has another version now: read it again',
  );
}
