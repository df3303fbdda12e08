import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { SummaryRow } from '@app/contracts';
import {
  formatCompact,
  formatDuration,
  formatPercent,
  formatScore,
  formatType,
} from '../format/format';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Meter } from '../ui/meter';
import { Sparkline } from '../ui/sparkline';
import { overviewDe } from './words.de';
import { overviewEn } from './words.en';

@Component({
  selector: 'apt-agent-card',
  imports: [RouterLink, Meter, Sparkline, AgentSwatch],
  templateUrl: './agent-card.html',
  styleUrl: './agent-card.css',
})
export class AgentCard {
  readonly row = input.required<SummaryRow>();
  readonly course = input<readonly (number | null)[]>([]);
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly words = words({ en: overviewEn, de: overviewDe });
  protected readonly type = formatType;
  protected readonly score = formatScore;
  protected readonly percent = formatPercent;
  protected readonly duration = formatDuration;
  protected readonly count = formatCompact;
}
