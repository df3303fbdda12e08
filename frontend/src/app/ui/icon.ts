import { Component, computed, input } from '@angular/core';

/** Drawn here, on a 16 × 16 grid, stroke only: nothing is fetched from elsewhere. */
const PATHS = {
  overview: 'M2.5 3.5h4.5v4h-4.5zM9 3.5h4.5v2.5h-4.5zM9 8h4.5v4.5h-4.5zM2.5 9.5h4.5v3h-4.5z',
  compare: 'M3 5.5h9.5m0 0-2.5-2.5m2.5 2.5-2.5 2.5M13 10.5H3.500m0 0 2.5-2.500m-2.5 2.5 2.5 2.5',
  alerts: 'M8 2.7 14 13H2zM8 6.500v3M8 11.200v.1',
  benchmarks: 'M2.5 13.500h11M4.5 11V7.500M8 11V3.500M11.5 11V6',
  status: 'M1.8 8.500h3l1.900-4.700 2.900 8.400 1.700-3.700h2.900',
  settings:
    'M2.5 4.5h6M11.5 4.5h2M8.5 4.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M2.5 11.5h2M7.5 11.5h6M4.5 11.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0',
  sun: 'M8 5.200a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.600M8 1.500v1.300M8 13.200v1.300M1.5 8h1.300M13.2 8h1.300M3.4 3.400l.9.9M11.7 11.700l.9.9M12.6 3.400l-.9.9M4.3 11.700l-.9.9',
  moon: 'M13.3 9.600A5.6 5.6 0 0 1 6.4 2.7 5.6 5.6 0 1 0 13.3 9.600z',
  system: 'M2.5 3.500h11v7.500h-11zM5.5 13.500h5M8 11v2.5',
  chevron: 'M4.5 6.5 8 10l3.5-3.5',
  back: 'M9.5 4 5.5 8l4 4',
  check: 'M3.5 8.5 6.5 11.5 12.5 4.8',
  cross: 'M4.5 4.500l7 7M11.5 4.500l-7 7',
  timeout: 'M8 2.500a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.200l2 1.3',
  cancelled: 'M4 8h8',
  running: 'M5.5 4l6 4-6 4z',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M5 3.5 12 8l-7 4.500z',
  table: 'M2.5 3.500h11v9h-11zM2.5 6.500h11M2.5 9.500h11M6.5 6.500v6',
  cards:
    'M2.5 3h4.500v4.500h-4.500zM9 3h4.500v4.500h-4.500zM2.5 9.500h4.500v3.500h-4.500zM9 9.500h4.500v3.500h-4.500z',
  chart: 'M2.5 12.5 6 7.500l3 3 4.5-6.5',
  clock: 'M8 2.500a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.200l2 1.3',
  forward: 'M6.5 4l4 4-4 4',
  zoomOut: 'M7 2.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.3 10.300l3.2 3.2M5 7h4',
  undo: 'M6 3.500 3 6.500l3 3M3 6.500h6.500a3.5 3.5 0 0 1 0 7H6',
  more: 'M3.500 7.500a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1M8 7.500a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1M12.500 7.500a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1',
  expand: 'M9.500 2.500h4v4M13.500 2.500l-4.500 4.500M6.500 13.500h-4v-4M2.500 13.500l4.500-4.500',
  download: 'M8 2.500v7.500m0 0L5 7m3 3 3-3M3 13.500h10',
  link: 'M6.800 9.200a2.500 2.500 0 0 0 3.600 0l2.300-2.300a2.500 2.500 0 0 0-3.600-3.600l-.9.9M9.200 6.800a2.500 2.500 0 0 0-3.600 0L3.300 9.100a2.500 2.500 0 0 0 3.600 3.600l.9-.9',
  tasks: 'M6 4h7.500M6 8h7.500M6 12h7.500M2.500 4h.6M2.500 8h.6M2.500 12h.6',
  agents: 'M8 2.500a2.600 2.600 0 1 1 0 5.200 2.600 2.600 0 0 1 0-5.200M3 13.500a5 5 0 0 1 10 0',
  dashboards: 'M2.500 2.500h11v11h-11zM2.500 6h11M7 6v7.500',
  search: 'M7 2.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.3 10.300l3.2 3.2',
  help: 'M6 6a2 2 0 1 1 2.900 1.800c-.6.300-.9.700-.9 1.400M8 11.700v.1M8 1.800a6.200 6.200 0 1 1 0 12.400A6.200 6.200 0 0 1 8 1.800',
  bell: 'M4 11.500V7a4 4 0 0 1 8 0v4.500M2.500 11.500h11M6.800 13.700h2.400',
  bellOff:
    'M4 11.500V7a4 4 0 0 1 6.500-3.100M12 7v4.500M2.500 11.500h11M6.800 13.700h2.400M2.500 2.500l11 11',
  collapse: 'M2.500 3h11v10h-11zM6.500 3v10M11 6 9 8l2 2',
  screen: 'M2.500 6V3h3.500M10 3h3.500v3M13.500 10v3H10M6 13H2.500v-3',
  trash: 'M3 4.500h10M6 4.500V2.800h4v1.700M4.500 4.500l.6 9h5.800l.6-9',
  menu: 'M2.5 4.500h11M2.5 8h11M2.5 11.500h11',
  copy: 'M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3',
  retry: 'M13 8a5 5 0 1 1-1.6-3.700M13 2.500v2.700h-2.7',
  info: 'M8 1.800a6.200 6.200 0 1 1 0 12.400A6.200 6.200 0 0 1 8 1.800M8 7.300v4M8 4.700v.1',
  plus: 'M8 3v10M3 8h10',
  edit: 'M3 13l.6-2.700L10.8 3l2.2 2.2-7.3 7.200z',
} as const;

export type IconName = keyof typeof PATHS;
export const ICON_NAMES = Object.keys(PATHS) as readonly IconName[];

/** An icon beside a word. It says nothing by itself to who cannot see it. */
@Component({
  selector: 'apt-icon',
  template: `
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    svg {
      width: 1.15em;
      height: 1.15em;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.5;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
