/** The colours of one theme for what is drawn on a canvas. `styles.css` has the same for the rest. */
export interface Palette {
  /** What charts lie on. */
  surface: string;
  text: string;
  /** Axis labels, legends. */
  muted: string;
  /** Grid lines; decoration only. */
  grid: string;
  /** Axis pointer and benchmark line. */
  rule: string;
  accent: string;
  /** Bars behind a line; decoration, the line carries the meaning. */
  bar: string;
  p50: string;
  p95: string;
  p99: string;
  success: string;
  /** Critical and warning alerts. */
  bad: string;
  warn: string;
  cpu: string;
  memory: string;
  /** Complexity level 1 … 5: one hue, strong to faint. */
  levels: readonly [string, string, string, string, string];
  /** Cells of a heat map, from few to many. */
  heat: readonly [string, string, string];
  /** Agents: told apart by hue, and beyond these by dashes. */
  agents: readonly string[];
}

export const LIGHT: Palette = {
  surface: '#ffffff',
  text: '#17181c',
  muted: '#646a76',
  grid: '#eceef2',
  rule: '#7b818d',
  accent: '#4f46e5',
  bar: '#dfe1fb',
  p50: '#4f46e5',
  p95: '#0d8f94',
  p99: '#c2620a',
  success: '#12804a',
  bad: '#bd2136',
  warn: '#a16207',
  cpu: '#4f46e5',
  memory: '#c2620a',
  levels: ['#2b257f', '#4038c0', '#5f57ea', '#7771ee', '#8e8bdf'],
  heat: ['#eef0fb', '#9a98f0', '#3a31c4'],
  agents: ['#4f46e5', '#0d8f94', '#c2620a', '#b02a8f', '#3f7d12', '#c5283d', '#1673c9', '#8a5a00'],
};

export const DARK: Palette = {
  surface: '#141519',
  text: '#eceef2',
  muted: '#9198a5',
  grid: '#24262d',
  rule: '#7d8492',
  accent: '#8b8cf9',
  bar: '#272a55',
  p50: '#8b8cf9',
  p95: '#34c3c0',
  p99: '#f2994a',
  success: '#3fbf7f',
  bad: '#ff7f8a',
  warn: '#e8b95c',
  cpu: '#8b8cf9',
  memory: '#f2994a',
  levels: ['#a5a6ff', '#8b8cf9', '#7678dd', '#6466bf', '#5f61ad'],
  heat: ['#1b1d26', '#4d4aa8', '#a5a6ff'],
  agents: ['#8b8cf9', '#34c3c0', '#f2994a', '#e879c6', '#8cc152', '#ff7a85', '#5aaef5', '#d9b44a'],
};

function channel(hex: string, at: number): number {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance as WCAG 2.2 defines it; `#rrggbb` only. */
function luminance(hex: string): number {
  return 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);
}

/** Contrast ratio 1–21 (WCAG 2.2, 1.4.3). */
export function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}
