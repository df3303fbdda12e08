import { Component, computed, inject, input, signal } from '@angular/core';
import type { AlertRule, AlertRuleInput, BacktestEpisode, BacktestResult } from '@app/contracts';
import type { ApiProblem } from '../api/api-problem';
import { toApiProblem } from '../api/api-problem';
import { Chart } from '../charts/chart';
import { formatCount, formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { Theme } from '../theme/theme';
import { SeverityBadge } from '../ui/severity-badge';
import { Picker } from '../ui/picker';
import { ProblemNote } from '../ui/problem-note';
import { AlertDesk } from './alert-desk';
import { formatAlertValue, groupWords } from './alert-words';
import { backtestChart, isAbout } from './backtest.options';
import { rulesDe } from './rule-words.de';
import { rulesEn } from './rule-words.en';

const HOUR_MS = 3_600_000;
const RANGES = ['1', '6', '24', '168', '720'] as const;

/** What a rule, as the form has it, would have raised. */
@Component({
  selector: 'apt-backtest-panel',
  imports: [Chart, Picker, ProblemNote, SeverityBadge],
  template: `
    <h3>{{ words().title }}</h3>
    <div class="row">
      <apt-picker
        [label]="words().range"
        testid="backtest-range"
        [options]="ranges()"
        [value]="hours()"
        (chosen)="hours.set($event)"
      />
      <button
        type="button"
        class="button"
        data-testid="backtest-run"
        [disabled]="busy() || input() === null"
        data-write
        (click)="run()"
      >
        {{ busy() ? words().running : words().run }}
      </button>
      <span class="hint">{{ words().harmless }}</span>
    </div>
    @if (problem(); as problem) {
      <apt-problem-note [problem]="problem" [compact]="true" (retry)="run()" />
    }
    <div aria-live="polite">
      @if (result(); as result) {
        <p class="sum" data-testid="backtest-sum">
          <b>{{ words().episodes(result.episodes.length) }}</b>,
          <b>{{ words().notifications(result.notifications) }}</b>,
          {{ words().evaluations(result.evaluations)
          }}{{ result.truncated ? '; ' + words().truncated : '' }}
        </p>
      }
    </div>
    @if (result(); as result) {
      @if (subjects().length > 1) {
        <apt-picker
          [label]="words().whose"
          [options]="subjects()"
          [value]="shown()"
          (chosen)="shown.set($event)"
        />
      }
      @if (view(); as view) {
        <apt-chart data-testid="backtest-chart" [view]="view" [height]="230" />
      }
      <ol data-testid="backtest-episodes">
        @for (episode of result.episodes; track $index) {
          <li>
            <apt-severity-badge [severity]="episode.severity" />
            <div>
              <p>
                <b
                  ><bdi>{{ who(episode) }}</bdi></b
                >
                {{ value(episode) }}
              </p>
              <p class="hint">
                {{ instant(episode.activeAt) }} –
                {{ episode.resolvedAt ? instant(episode.resolvedAt) : words().stillOn }},
                {{ count(episode.count) }} ×{{ episode.firedAt ? '' : ', ' + words().tooShort }}
              </p>
            </div>
          </li>
        } @empty {
          <li class="hint">{{ words().nothing }}</li>
        }
      </ol>
    }
  `,
  styleUrl: './alert-forms.css',
  styles: `
    :host {
      display: block;
      margin-top: var(--space-1h);
      padding-top: var(--space-4);
      border-top: 1px solid var(--border);
    }
    .sum {
      margin: var(--space-2h) 0;
    }
    ol {
      max-height: 260px;
      margin: var(--space-2) 0 0;
      padding: 0;
      list-style: none;
      overflow-y: auto;
    }
    li {
      display: flex;
      gap: var(--space-2h);
      align-items: start;
      padding: var(--space-1h) 0;
      border-top: 1px solid var(--border);
    }
    li p {
      margin: 0;
      overflow-wrap: anywhere;
    }
    b {
      font-weight: 600;
    }
  `,
})
export class BacktestPanel {
  /** The rule to try; null where the form cannot be read. */
  readonly input = input.required<AlertRuleInput | null>();
  /** The stored rule that it changes. */
  readonly rule = input<AlertRule | null>(null);

  private readonly desk = inject(AlertDesk);
  private readonly theme = inject(Theme);
  private readonly all = words({ en: rulesEn, de: rulesDe });
  protected readonly words = computed(() => this.all().backtest);
  protected readonly ranges = computed(() =>
    RANGES.map((value) => ({ value, label: this.words().ranges[value] })),
  );
  protected readonly count = formatCount;
  protected readonly instant = formatInstant;
  protected readonly hours = signal('24');
  protected readonly busy = signal(false);
  protected readonly problem = signal<ApiProblem | undefined>(undefined);
  protected readonly result = signal<BacktestResult | undefined>(undefined);
  private readonly tried = signal<AlertRuleInput>({});
  protected readonly shown = signal('0');

  protected readonly subjects = computed(() => {
    const result = this.result();
    return (result?.series ?? []).map((series, at) => {
      const episodes = result?.episodes.filter((one) => isAbout(one, series)).length ?? 0;
      const name = series.agentId || groupWords(series.subject);
      return { value: String(at), label: `${name} (${episodes})`, episodes };
    });
  });
  protected readonly view = computed(() => {
    const result = this.result();
    const series = result?.series[Number(this.shown())];
    if (result === undefined || series === undefined) return undefined;
    const { type = 'threshold', statistic = null } = this.tried();
    const span = { fromMs: Date.parse(result.from), toMs: Date.parse(result.to) };
    const palette = this.theme.palette();
    return backtestChart(series, result.episodes, { type, statistic }, span, palette);
  });

  protected who({ agentName, agentId, subject }: BacktestEpisode): string {
    return agentName || agentId || groupWords(subject);
  }

  protected value({ actualValue, thresholdValue, unit }: BacktestEpisode): string {
    const limit = formatAlertValue(thresholdValue, unit);
    return this.words().withLimit(formatAlertValue(actualValue, unit), limit);
  }

  protected async run(): Promise<void> {
    const rule = this.input();
    if (rule === null) return;
    this.busy.set(true);
    this.problem.set(undefined);
    const to = Date.now();
    const from = new Date(to - Number(this.hours()) * HOUR_MS).toISOString();
    const stored = this.rule();
    const body = {
      ...(stored !== null && { ruleId: stored.id }),
      rule,
      from,
      to: new Date(to).toISOString(),
    };
    try {
      const result = await this.desk.backtest(body);
      this.tried.set(rule);
      this.result.set(result);
      // What raised most is what one wants to see.
      const most = Math.max(0, ...this.subjects().map(({ episodes }) => episodes));
      const first = this.subjects().find(({ episodes }) => episodes === most);
      this.shown.set(first?.value ?? '0');
    } catch (error) {
      this.problem.set(toApiProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
