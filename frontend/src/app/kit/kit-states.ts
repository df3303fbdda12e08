import { Component, signal } from '@angular/core';
import { OUTCOMES, SEVERITIES } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import type { ApiProblem } from '../api/api-problem';
import { words } from '../i18n/language';
import { Badge } from '../ui/badge';
import type { Tone } from '../ui/badge';
import { CodeSample } from '../ui/code-sample';
import { Empty } from '../ui/empty';
import { Meter } from '../ui/meter';
import { Note } from '../ui/note';
import type { NoteTone } from '../ui/note';
import { OutcomeMark } from '../ui/outcome-mark';
import { Panel } from '../ui/panel';
import { Progress } from '../ui/progress';
import { SeverityBadge } from '../ui/severity-badge';
import { Skeleton } from '../ui/skeleton';
import { Sparkline } from '../ui/sparkline';
import { kitDe } from './words.de';
import { kitEn } from './words.en';

const PROBLEM: ApiProblem = {
  title: 'The tracker is busy',
  detail: 'Too many questions at once',
  code: 'overloaded',
  requestId: 'req-kit',
  retryable: true,
};

function feed(data: unknown, problem?: ApiProblem): ApiFeed<unknown> {
  return {
    data: signal(data),
    problem: signal(problem),
    waiting: signal(data === undefined && problem === undefined),
    outdated: signal(false),
    reload: () => undefined,
  };
}

/** What tells how something stands. */
@Component({
  selector: 'apt-kit-states',
  imports: [
    Badge,
    CodeSample,
    Empty,
    Meter,
    Note,
    OutcomeMark,
    Panel,
    Progress,
    SeverityBadge,
    Skeleton,
    Sparkline,
  ],
  template: `
    <h2 id="kit-states">{{ words().states }}</h2>
    <div class="row">
      @for (tone of tones; track tone) {
        <apt-badge [tone]="tone" icon="check">{{ tone }}</apt-badge>
        <apt-badge [tone]="tone">{{ tone }}</apt-badge>
      }
    </div>
    <br />
    <div class="row">
      @for (severity of severities; track severity) {
        <apt-severity-badge [severity]="severity" />
      }
      @for (status of outcomes; track status) {
        <apt-outcome-mark [status]="status" [worded]="true" />
      }
      <span><span class="kbd">g</span> <span class="kbd">d</span></span>
      <apt-sparkline [values]="[3, 5, 4, null, 8, 7, 9]" />
    </div>
    <h3>{{ words().notes }}</h3>
    @for (tone of notes; track tone) {
      <apt-note [tone]="tone"
        >{{ words().hint }}
        <button noteActions type="button" class="button small">{{ words().save }}</button></apt-note
      >
    }
    <h3>{{ words().waiting }}</h3>
    <div class="fields">
      <div>
        <apt-progress [label]="words().progress" [value]="62" /><br />
        <apt-progress [label]="words().progress" /><br />
        <apt-meter [score]="48" />
      </div>
      <apt-skeleton [lines]="3" />
      <apt-skeleton [height]="72" />
    </div>
    <h3>{{ words().panels }}</h3>
    <div class="fields panels">
      <apt-panel [heading]="words().panelLoading" [feed]="loading" [height]="150" />
      <apt-panel [heading]="words().panelFailed" [feed]="failed" [height]="150" />
      <apt-panel [heading]="words().panelKept" [feed]="kept">
        <p>{{ words().hint }}</p>
      </apt-panel>
      <apt-panel [heading]="words().panelEmpty">
        <apt-empty icon="search" [heading]="words().empty" [hint]="words().hint">
          <button type="button" class="button">{{ words().save }}</button>
        </apt-empty>
      </apt-panel>
    </div>
    <apt-code-sample [heading]="words().code" code="curl -X POST …" />
  `,
  styleUrl: './kit.css',
  styles: `
    .panels {
      grid-template-columns: repeat(auto-fill, minmax(min(330px, 100%), 1fr));
    }
    apt-sparkline {
      width: 120px;
    }
  `,
})
export class KitStates {
  protected readonly words = words({ en: kitEn, de: kitDe });
  protected readonly tones: readonly Tone[] = ['good', 'warn', 'bad', 'accented', 'quiet'];
  protected readonly notes: readonly NoteTone[] = ['info', 'good', 'warn', 'bad'];
  protected readonly severities = SEVERITIES;
  protected readonly outcomes = [...OUTCOMES, 'running'] as const;
  protected readonly loading = feed(undefined);
  protected readonly failed = feed(undefined, PROBLEM);
  protected readonly kept = feed(1, PROBLEM);
}
