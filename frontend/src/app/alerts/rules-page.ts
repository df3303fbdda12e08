import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { Router } from '@angular/router';
import type { AlertRule } from '@app/contracts';
import { CUSTOM_RULE_TYPES } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { AlertDesk } from './alert-desk';
import { AlertTabs } from './alert-tabs';
import { ruleCondition, ruleName, ruleScope } from './alert-words';
import { RuleEditor } from './rule-editor';
import { rulesDe } from './rule-words.de';
import { rulesEn } from './rule-words.en';
import { alertWords } from './words';

/** What makes alerts. */
@Component({
  selector: 'apt-alert-rules-page',
  imports: [PageHeader, Panel, AlertTabs, RuleEditor],
  template: `
    <apt-page-header [heading]="words().title" [byType]="false" [byWindow]="false" />
    <apt-alert-tabs />
    <div class="row new" role="group" [attr.aria-label]="words().new">
      <span class="label">{{ words().new }}</span>
      @for (kind of kinds; track kind) {
        <button
          type="button"
          class="button"
          [attr.data-testid]="'new-' + kind"
          data-write
          (click)="write(kind)"
        >
          {{ words().newOf[kind] }}
        </button>
      }
    </div>
    <apt-panel [heading]="words().rules" [tally]="'' + rules().length" [feed]="feed" [height]="240">
      <ul>
        @for (rule of rules(); track rule.id) {
          <li data-testid="rule-row">
            <div>
              <button
                type="button"
                class="name"
                [attr.aria-label]="words().edit(nameOf(rule))"
                (click)="write(rule.id)"
              >
                <bdi>{{ nameOf(rule) }}</bdi>
              </button>
              <p class="detail">
                {{ alertWords().types[rule.type] }} · <bdi>{{ scopeOf(rule) }}</bdi>
                @if (rule.updatedAt) {
                  · {{ words().changed(instant(rule.updatedAt)) }} <bdi>{{ rule.updatedBy }}</bdi>
                }
              </p>
            </div>
            <p class="condition">{{ condition(rule) }}</p>
            <p class="marks">
              <span class="badge" [class.accented]="rule.enabled" [class.quiet]="!rule.enabled">{{
                rule.enabled ? words().enabled : words().disabled
              }}</span>
              @if (rule.muted) {
                <span class="badge quiet">{{ words().muted }}</span>
              }
              <span class="badge quiet">{{ rule.builtIn ? words().builtIn : words().custom }}</span>
            </p>
            <div class="do">
              <button
                type="button"
                class="link-button quiet"
                [attr.aria-label]="
                  rule.muted ? words().unmuteOf(nameOf(rule)) : words().muteOf(nameOf(rule))
                "
                data-write
                (click)="change(rule, { muted: !rule.muted })"
              >
                {{ rule.muted ? words().unmute : words().mute }}
              </button>
              <button
                type="button"
                class="link-button quiet"
                [attr.aria-label]="
                  rule.enabled ? words().disableOf(nameOf(rule)) : words().enableOf(nameOf(rule))
                "
                data-write
                (click)="change(rule, { enabled: !rule.enabled })"
              >
                {{ rule.enabled ? words().disable : words().enable }}
              </button>
            </div>
          </li>
        }
      </ul>
    </apt-panel>
    @if (edited(); as edited) {
      <apt-rule-editor
        [rule]="edited.rule"
        [type]="edited.type"
        (closed)="write(null)"
        (saved)="feed.reload()"
        (reload)="loadAgain()"
      />
    }
  `,
  styleUrls: ['./alert-forms.css', './alerts-page.css', './rules-page.css'],
})
export class AlertRulesPage {
  /** Bound to the address: the rule that is edited, or the type of a new one. */
  readonly rule = input<string>();
  private readonly scope = inject(Scope);
  private readonly router = inject(Router);
  private readonly desk = inject(AlertDesk);
  protected readonly kinds = CUSTOM_RULE_TYPES;
  protected readonly words = words({ en: rulesEn, de: rulesDe });
  protected readonly alertWords = alertWords;
  protected readonly condition = ruleCondition;
  protected readonly scopeOf = ruleScope;
  protected readonly nameOf = ruleName;
  protected readonly instant = formatInstant;

  protected readonly feed = apiFeed<AlertRule[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'alerts/rules', params: { project } };
  });
  protected readonly rules = computed(() => this.feed.data() ?? []);

  /** As it was when the editor opened: what others change meanwhile must not undo typing. */
  protected readonly edited = linkedSignal<
    { id: string | undefined; rules: AlertRule[] },
    { id: string; rule: AlertRule | null; type: (typeof CUSTOM_RULE_TYPES)[number] } | null
  >({
    source: () => ({ id: this.rule(), rules: this.rules() }),
    computation: ({ id, rules }, before) => {
      if (id === undefined) return null;
      if (before?.value?.id === id) return before.value;
      const type = CUSTOM_RULE_TYPES.find((one) => one === id);
      if (type !== undefined) return { id, rule: null, type };
      const rule = rules.find((one) => one.id === id);
      return rule === undefined ? null : { id, rule, type: 'threshold' };
    },
  });

  protected write(rule: string | null): void {
    void this.router.navigate([], { queryParams: { rule }, queryParamsHandling: 'merge' });
  }

  protected async loadAgain(): Promise<void> {
    const id = this.rule();
    if (id === undefined) return;
    try {
      const rule = await this.desk.rule(id);
      this.edited.set({ id, rule, type: 'threshold' });
    } catch (error) {
      this.desk.complain(this.words().notLoaded, error);
    }
    this.feed.reload();
  }

  protected async change(
    rule: AlertRule,
    what: { muted: boolean } | { enabled: boolean },
  ): Promise<void> {
    try {
      await this.desk.saveRule(what, rule);
    } catch (error) {
      this.desk.complain(this.words().notChanged(ruleName(rule)), error);
    }
    this.feed.reload();
  }
}
