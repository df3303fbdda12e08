import type { ReportSection } from './report-document';

/** More rows than this are no report any more. */
const MOST_ROWS = 300;

interface CollectWords {
  figures: string;
  firstRows: (shown: number) => string;
  /** Said of charts behind what they show: of no use on paper. */
  keys: string;
}

/** What the page shows, part by part, as text and pictures. */
export function collectSections(main: HTMLElement, words: CollectWords): ReportSection[] {
  const sections: ReportSection[] = [];
  const kpis = [...main.querySelectorAll<HTMLElement>('apt-kpi')];
  if (kpis.length > 0) {
    sections.push({ ...EMPTY, heading: words.figures, figures: kpis.map(figureOf) });
  }
  for (const panel of main.querySelectorAll<HTMLElement>('section.panel, apt-task-table')) {
    // Sheets above the page are not part of it.
    if (panel.closest('dialog')) continue;
    const section = sectionOf(panel, words);
    if (hasContent(section)) sections.push(section);
  }
  return sections;
}

const EMPTY: ReportSection = {
  heading: '',
  caption: '',
  figures: [],
  pictures: [],
  legend: [],
  tables: [],
  items: [],
};

function sectionOf(panel: HTMLElement, words: CollectWords): ReportSection {
  const heading = textOf(panel.querySelector('h2'));
  const scroller = panel.querySelector('[role="region"], [role="group"]');
  const stat = panel.querySelector<HTMLElement>('.stat');
  return {
    heading: heading || (scroller?.getAttribute('aria-label') ?? ''),
    caption: textOf(panel.querySelector('.caption')),
    figures: [
      ...(stat ? [{ ...figureOf(stat), label: heading }] : []),
      ...[...panel.querySelectorAll<HTMLElement>('dl > div')].map(pairOf),
    ],
    pictures: chartsOf(panel).map((layers) => pictureOf(layers, words)),
    legend: [...panel.querySelectorAll<HTMLElement>('apt-chart-legend li')].map(entryOf),
    tables: [...panel.querySelectorAll('table')].map((table) => tableOf(table, words)),
    items: [...panel.querySelectorAll('apt-alert-list li')].map(textOf),
  };
}

function hasContent({ figures, pictures, tables, items }: ReportSection): boolean {
  return figures.length + pictures.length + tables.length + items.length > 0;
}

function figureOf(kpi: HTMLElement): ReportSection['figures'][number] {
  return {
    label: textOf(kpi.querySelector('h2')),
    value: textOf(kpi.querySelector('.figure')),
    note: textOf(kpi.querySelector('.foot, .change')),
  };
}

function pairOf(pair: HTMLElement): ReportSection['figures'][number] {
  const [value, ...notes] = [...pair.querySelectorAll('dd')].map(textOf);
  return { label: textOf(pair.querySelector('dt')), value: value ?? '', note: notes.join(' ') };
}

function entryOf(entry: HTMLElement): ReportSection['legend'][number] {
  const mark = entry.querySelector('i');
  return { label: textOf(entry), colour: mark ? getComputedStyle(mark).color : '' };
}

/** The canvases of each chart, the lowest first: much is drawn on a layer of its own. */
function chartsOf(panel: HTMLElement): HTMLCanvasElement[][] {
  const charts = new Map<Element | null, HTMLCanvasElement[]>();
  for (const canvas of panel.querySelectorAll('canvas')) {
    charts.set(canvas.parentElement, [...(charts.get(canvas.parentElement) ?? []), canvas]);
  }
  return [...charts.values()];
}

function pictureOf(
  layers: readonly HTMLCanvasElement[],
  words: CollectWords,
): ReportSection['pictures'][number] {
  const [lowest] = layers;
  const label = lowest?.closest('[aria-label]')?.getAttribute('aria-label') ?? '';
  return { src: flat(layers), text: label.replace(words.keys, '').trim() };
}

function flat(layers: readonly HTMLCanvasElement[]): string {
  const [lowest] = layers;
  if (lowest === undefined || layers.length === 1) return lowest?.toDataURL('image/png') ?? '';
  const whole = lowest.ownerDocument.createElement('canvas');
  [whole.width, whole.height] = [lowest.width, lowest.height];
  const context = whole.getContext('2d');
  for (const layer of layers) context?.drawImage(layer, 0, 0);
  return whole.toDataURL('image/png');
}

function tableOf(table: HTMLTableElement, words: CollectWords): ReportSection['tables'][number] {
  const rows = [...table.querySelectorAll('tbody tr:not([aria-hidden])')].slice(0, MOST_ROWS);
  const all = Number(table.getAttribute('aria-rowcount') ?? 0) - 1;
  return {
    head: [...table.querySelectorAll('thead th')].map(textOf),
    rows: rows.map((row) => [...row.children].map(textOf)),
    note: all > rows.length ? words.firstRows(rows.length) : '',
  };
}

/** What is read, not what is only heard or drawn. */
function textOf(element: Element | null | undefined): string {
  if (!element) return '';
  const copy = element.cloneNode(true) as Element;
  for (const unseen of copy.querySelectorAll('.sr-only, svg')) unseen.remove();
  return (copy.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}
