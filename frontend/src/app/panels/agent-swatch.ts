import { Component, computed, inject, input } from '@angular/core';
import { Fleet } from '../fleet/fleet';
import { Theme } from '../theme/theme';

/** The colour and dash of an agent, as on every chart. */
@Component({
  selector: 'apt-agent-swatch',
  template: `<i [style.border-top]="line()"></i>`,
  styles: `
    i {
      display: inline-block;
      width: 14px;
      margin-inline-end: var(--space-2);
      vertical-align: middle;
    }
  `,
  host: { 'aria-hidden': 'true' },
})
export class AgentSwatch {
  readonly agentId = input.required<string>();
  private readonly fleet = inject(Fleet);
  private readonly theme = inject(Theme);
  protected readonly line = computed(() => {
    const { hue, dash } = this.fleet.styleOf(this.agentId());
    return `2.5px ${dash} ${this.theme.palette().agents[hue] ?? 'currentColor'}`;
  });
}
