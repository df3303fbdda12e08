import { Component, computed, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import type { Silence } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { AlertDesk } from './alert-desk';
import { AlertTabs } from './alert-tabs';
import { SilenceEditor } from './silence-editor';
import { matcherWords, silenceTimes } from './silence-form';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

const STATES = ['active', 'scheduled', 'expired'] as const;

/** For whom alerts are made without anybody being notified, and when. */
@Component({
  selector: 'apt-silences-page',
  imports: [PageHeader, Panel, AlertTabs, SilenceEditor],
  template: `
    <apt-page-header [heading]="words().title" [byType]="false" [byWindow]="false" />
    <apt-alert-tabs />
    <div class="row new">
      <button
        type="button"
        class="button primary"
        data-testid="new-silence"
        data-write
        (click)="write({ create: 'silence' })"
      >
        {{ words().new }}
      </button>
      <span class="hint">{{ words().why }}</span>
    </div>
    @for (group of groups(); track group.state) {
      <apt-panel
        [heading]="words().groups[group.state]"
        [tally]="'' + group.silences.length"
        [feed]="feed"
        [height]="60"
      >
        <ul>
          @for (silence of group.silences; track silence.id) {
            <li data-testid="silence-row">
              <div>
                <p class="title">
                  <bdi>{{ about(silence) }}</bdi>
                </p>
                <p class="detail">
                  <bdi>{{ silence.comment || words().noComment }}</bdi> · {{ words().by }}
                  <bdi>{{ silence.createdBy }}</bdi>
                </p>
              </div>
              <p>{{ times(silence) }}</p>
              @if (silence.state !== 'expired') {
                <button
                  type="button"
                  class="link-button"
                  data-testid="silence-end"
                  data-write
                  [attr.aria-label]="endWord(silence) + ': ' + about(silence)"
                  (click)="end(silence)"
                >
                  {{ endWord(silence) }}
                </button>
              }
            </li>
          } @empty {
            <li class="hint">{{ words().none[group.state] }}</li>
          }
        </ul>
      </apt-panel>
    }
    @if (create() === 'silence') {
      <apt-silence-editor
        [agentId]="agentId()"
        [ruleId]="ruleId()"
        (closed)="write({ create: null, agentId: null, ruleId: null })"
        (saved)="feed.reload()"
      />
    }
  `,
  styleUrls: ['./alert-forms.css', './alerts-page.css', './rules-page.css'],
  styles: `
    li {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 90px;
    }
    li.hint {
      display: block;
    }
    .title {
      font-weight: 540;
    }
    .link-button {
      justify-self: end;
    }
    apt-panel {
      --panel-height: auto;
      margin-bottom: var(--space-3);
    }
    @media (max-width: 1100px) {
      li {
        grid-template-columns: minmax(0, 1fr);
      }
      .link-button {
        justify-self: start;
        margin-inline-start: calc(-1 * var(--space-1h));
      }
    }
  `,
})
export class SilencesPage {
  // Bound to the address, so that a link can ask for a silence about something.
  readonly create = input<string>();
  readonly agentId = input<string>();
  readonly ruleId = input<string>();
  private readonly scope = inject(Scope);
  private readonly router = inject(Router);
  private readonly desk = inject(AlertDesk);
  private readonly all = words({ en: alertsEn, de: alertsDe });
  protected readonly words = computed(() => this.all().silences);
  protected readonly times = silenceTimes;

  protected readonly feed = apiFeed<Silence[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'alerts/silences', params: { project } };
  });
  protected readonly groups = computed(() => {
    const silences = this.feed.data() ?? [];
    return STATES.map((state) => ({
      state,
      silences: silences.filter((silence) => silence.state === state),
    }));
  });

  protected about({ matchers }: Silence): string {
    return matchers.map(matcherWords).join(this.words().and);
  }

  protected endWord({ state }: Silence): string {
    return state === 'active' ? this.words().expire : this.words().cancel;
  }

  protected write(queryParams: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
  }

  protected async end(silence: Silence): Promise<void> {
    try {
      await this.desk.endSilence(silence);
    } catch (error) {
      this.desk.complain(this.words().notEnded, error);
    }
    this.feed.reload();
  }
}
