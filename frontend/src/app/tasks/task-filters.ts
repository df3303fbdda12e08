import { Component, computed, inject, input, output } from '@angular/core';
import { OUTCOMES } from '@app/contracts';
import { namedApart } from '../fleet/named-apart';
import { Registry } from '../fleet/registry';
import { inWords } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Combobox } from '../ui/combobox';
import { Icon } from '../ui/icon';
import { Picker } from '../ui/picker';
import { NO_FILTERS, TASK_PARAMS, isFiltered, parseDuration } from './task-query';
import type { TaskQuery } from './task-query';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

const PAUSE_MS = 350;

/** What narrows the list. It lives in the address; this shows and changes it. */
@Component({
  selector: 'apt-task-filters',
  imports: [Combobox, Icon, Picker],
  template: `
    <div class="filters" role="search" [attr.aria-label]="words().filters">
      <input
        type="search"
        class="text"
        maxlength="200"
        data-testid="filter-text"
        [attr.aria-label]="words().search"
        [placeholder]="words().search"
        [value]="query().text ?? ''"
        (input)="later(names.text, typed($event))"
      />
      <apt-combobox
        testid="filter-agent"
        [label]="words().agent"
        [options]="agents()"
        [none]="words().anyAgent"
        [value]="query().agentId ?? ''"
        (chosen)="set(names.agentId, $event)"
      />
      <apt-picker
        testid="filter-task"
        [label]="words().taskType"
        [options]="types()"
        [value]="query().taskType ?? ''"
        (chosen)="set(names.taskType, $event)"
      />
      <apt-picker
        testid="filter-status"
        [label]="words().status"
        [options]="outcomes()"
        [value]="query().status ?? ''"
        (chosen)="set(names.status, $event)"
      />
      <apt-picker
        testid="filter-level"
        [label]="words().level"
        [options]="levels()"
        [value]="query().complexity === null ? '' : '' + query().complexity"
        (chosen)="set(names.complexity, $event)"
      />
      @for (end of ends(); track end.name) {
        <input
          class="duration"
          [class.bad]="wrong(end.shown)"
          maxlength="20"
          [attr.data-testid]="'filter-' + end.name"
          [attr.aria-label]="end.label"
          [attr.aria-invalid]="wrong(end.shown)"
          [title]="wrong(end.shown) ? words().badDuration : end.label"
          [placeholder]="end.placeholder"
          [value]="end.shown"
          (change)="set(end.name, typed($event))"
        />
      }
      @for (chip of chips(); track chip.name) {
        <button
          type="button"
          class="chip"
          [attr.aria-label]="words().remove(chip.label)"
          (click)="set(chip.name, '')"
        >
          <bdi>{{ chip.label }}</bdi><apt-icon name="cross" />
        </button>
      }
      @if (narrowed()) {
        <button type="button" class="link-button" data-testid="filter-clear" (click)="clear()">
          {{ words().clear }}
        </button>
      }
    </div>
  `,
  styles: `
    .filters {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2);
      margin-bottom: var(--space-2h);
    }
    input {
      border-color: var(--border);
    }
    .text {
      flex: 1 1 200px;
      max-width: 300px;
    }
    .duration {
      width: 88px;
    }
    .duration.bad {
      border-color: var(--bad);
    }
    apt-combobox {
      width: 190px;
    }
    apt-picker {
      max-width: 170px;
    }
    .chip {
      display: inline-flex;
      align-items: center;
      gap: var(--space-1h);
      max-width: 260px;
      height: 28px;
      padding: 0 var(--space-2) 0 var(--space-2h);
      border: 0;
      border-radius: var(--radius-l);
      background: var(--accent-soft);
      color: var(--accent-text);
      font: inherit;
      cursor: pointer;
    }
    .chip bdi {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    @media (max-width: 620px) {
      .text {
        flex-basis: 100%;
        max-width: none;
      }
      apt-combobox,
      apt-picker {
        flex: 1 1 110px;
        max-width: none;
      }
      .duration {
        flex: 1 1 60px;
        width: 60px;
      }
    }
  `,
})
export class TaskFilters {
  readonly query = input.required<TaskQuery>();
  /** What the address says of the durations, also where it cannot be used. */
  readonly typedEnds = input.required<{ min: string; max: string }>();
  /** Types that are known to occur. */
  readonly taskTypes = input.required<readonly string[]>();
  /** Parameters of the address to change; null removes one. */
  readonly changed = output<Record<string, string | null>>();

  protected readonly words = words({ en: tasksEn, de: tasksDe });
  protected readonly names = TASK_PARAMS;
  private readonly registry = inject(Registry).use();
  private readonly scope = inject(Scope);
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly narrowed = computed(() => isFiltered(this.query()));
  protected readonly agents = computed(() => {
    const type = this.scope.agentType();
    const known = (this.registry.data() ?? []).filter(
      ({ agentType }) => type === null || agentType === type,
    );
    return namedApart(known)
      .map(({ agentId, agentName }) => ({
        value: agentId,
        label: agentName,
        also: agentId,
      }))
      .sort((a, b) => inWords.compare(a.label, b.label));
  });
  protected readonly types = computed(() => {
    const chosen = this.query().taskType;
    const types = new Set([...this.taskTypes(), ...(chosen === null ? [] : [chosen])]);
    const options = [...types].sort().map((value) => ({ value, label: value }));
    return [{ value: '', label: this.words().anyTaskType }, ...options];
  });
  protected readonly outcomes = computed(() => [
    { value: '', label: this.words().anyStatus },
    ...OUTCOMES.map((value) => ({ value, label: this.words().outcome[value] })),
  ]);
  protected readonly levels = computed(() => [
    { value: '', label: this.words().anyLevel },
    ...[1, 2, 3, 4, 5].map((level) => ({ value: `${level}`, label: this.words().levelOf(level) })),
  ]);
  protected readonly ends = computed(() => {
    const { min, max } = this.typedEnds();
    const { min: least, max: most, minLabel, maxLabel } = this.words();
    return [
      { name: TASK_PARAMS.minMs, shown: min, placeholder: least, label: minLabel },
      { name: TASK_PARAMS.maxMs, shown: max, placeholder: most, label: maxLabel },
    ];
  });
  protected readonly chips = computed(() => {
    const { errorType, traceId } = this.query();
    const { errorType: error, trace } = this.words();
    return [
      ...(errorType === null ? [] : [{ name: TASK_PARAMS.errorType, label: error(errorType) }]),
      ...(traceId === null ? [] : [{ name: TASK_PARAMS.traceId, label: trace(traceId) }]),
    ];
  });

  protected typed(event: Event): string {
    return (event.target as HTMLInputElement).value;
  }

  protected wrong(text: string): boolean {
    return text !== '' && parseDuration(text) === null;
  }

  protected set(name: string, value: string): void {
    clearTimeout(this.timer);
    this.changed.emit({ [name]: value.trim() || null });
  }

  protected later(name: string, value: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set(name, value), PAUSE_MS);
  }

  protected clear(): void {
    clearTimeout(this.timer);
    this.changed.emit({ ...NO_FILTERS });
  }
}
