import type { RawCell, TableTwin } from './chart-view';

/** What a spreadsheet would calculate when it opens the file, also with full-width characters. */
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

/** A cell of a CSV file, quoted where it must be; texts never become formulas. */
export function csvCell(cell: RawCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The table as CSV (RFC 4180), numbers as numbers. */
export function csvOf({ columns, rows, raw }: TableTwin): string {
  const head = columns.map(({ label }) => label);
  return [head, ...(raw ?? rows)].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** The table as a JSON list of objects by the names of the columns. */
export function jsonOf({ columns, rows, raw }: TableTwin): string {
  const objects = (raw ?? rows).map((row) =>
    Object.fromEntries(columns.map(({ label }, at) => [label, row[at] ?? null])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** `execution-time-2026-11-22-1405.csv`: letters, digits and hyphens only. */
export function fileName(heading: string, extension: string, now: Date): string {
  const slug = heading
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60);
  const [date = '', time = ''] = now.toISOString().split('T');
  return `${slug || 'chart'}-${date}-${time.slice(0, 5).replace(':', '')}.${extension}`;
}

/** Hands a file to the browser to keep. */
export function save(document: Document, name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser has yet to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export interface Picture {
  /** Of the drawn chart. */
  dataUrl: string;
  heading: string;
  /** What the picture is about: range, filters. */
  caption: string;
  legend: readonly { label: string; colour: string }[];
  colours: { surface: string; text: string; muted: string };
  font: string;
}

/** The chart as a picture that can stand alone: with its heading and legend. */
export async function pictureOf(document: Document, picture: Picture): Promise<Blob> {
  const chart = await loaded(document, picture.dataUrl);
  const canvas = document.createElement('canvas');
  const head = 132;
  canvas.width = chart.width + 48;
  canvas.height = chart.height + head + 24;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures');
  const { colours, font } = picture;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = colours.text;
  context.font = `600 30px ${font}`;
  context.fillText(picture.heading, 24, 46, canvas.width - 48);
  context.fillStyle = colours.muted;
  context.font = `22px ${font}`;
  context.fillText(picture.caption, 24, 78, canvas.width - 48);
  let x = 24;
  for (const { label, colour } of picture.legend) {
    context.fillStyle = colour;
    context.fillRect(x, 104, 22, 6);
    context.fillStyle = colours.muted;
    context.fillText(label, x + 30, 114);
    x += 54 + context.measureText(label).width;
    if (x > canvas.width - 80) break;
  }
  context.drawImage(chart, 24, head);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('No picture'))), 'image/png');
  });
}

function loaded(document: Document, dataUrl: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = document.createElement('img');
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('The chart cannot be read'));
    image.src = dataUrl;
  });
}
