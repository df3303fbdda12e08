/** A part of a report: as much of it as there is. Everything is plain text. */
export interface ReportSection {
  heading: string;
  caption: string;
  figures: readonly { label: string; value: string; note: string }[];
  /** Data URL of a PNG, and what it shows in words. */
  pictures: readonly { src: string; text: string }[];
  legend: readonly { label: string; colour: string }[];
  tables: readonly {
    head: readonly string[];
    rows: readonly (readonly string[])[];
    note: string;
  }[];
  items: readonly string[];
}

export interface Report {
  title: string;
  language: string;
  product: string;
  facts: readonly { label: string; value: string }[];
  sections: readonly ReportSection[];
  /** Said at the end on screen, not on paper. */
  hint: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML: names from agents stay text whatever they hold. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

const PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/=]+$/;
const COLOUR = /^(?:#[0-9a-f]{3,8}|rgba?\([\d., %/]+\))$/i;

/**
 * The report as one file that stands alone: no script, nothing fetched, printable.
 * @throws RangeError for a picture that is no PNG
 */
export function reportDocument(report: Report): string {
  const { title, language, product, facts, sections, hint } = report;
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(title)} · ${escaped(product)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="product">${escaped(product)}</p>
<h1><bdi>${escaped(title)}</bdi></h1>
<dl class="facts">${facts.map(({ label, value }) => `<div><dt>${escaped(label)}</dt><dd><bdi>${escaped(value)}</bdi></dd></div>`).join('')}</dl>
</header>
<main>
${sections.map(section).join('\n')}
</main>
<footer><p>${escaped(hint)}</p></footer>
</body>
</html>
`;
}

function section(part: ReportSection): string {
  const inner = [
    figures(part.figures),
    legend(part.legend),
    ...part.pictures.map(picture),
    ...part.tables.map(table),
    items(part.items),
  ].join('');
  const caption = part.caption === '' ? '' : ` <small>${escaped(part.caption)}</small>`;
  return `<section><h2><bdi>${escaped(part.heading)}</bdi>${caption}</h2>${inner}</section>`;
}

function figures(list: ReportSection['figures']): string {
  if (list.length === 0) return '';
  const cells = list.map(
    ({ label, value, note }) =>
      `<div><dt>${escaped(label)}</dt><dd><b>${escaped(value)}</b> <small>${escaped(note)}</small></dd></div>`,
  );
  return `<dl class="figures">${cells.join('')}</dl>`;
}

function legend(list: ReportSection['legend']): string {
  if (list.length === 0) return '';
  const entries = list.map(({ label, colour }) => {
    const safe = COLOUR.test(colour) ? colour : '#666';
    return `<li><i style="background:${safe}"></i><bdi>${escaped(label)}</bdi></li>`;
  });
  return `<ul class="legend">${entries.join('')}</ul>`;
}

function picture({ src, text }: ReportSection['pictures'][number]): string {
  if (!PICTURE.test(src)) throw new RangeError('A picture of a report is a PNG');
  return `<figure><img src="${src}" alt="${escaped(text)}"><figcaption>${escaped(text)}</figcaption></figure>`;
}

function table({ head, rows, note }: ReportSection['tables'][number]): string {
  const cells = (row: readonly string[], tag: string): string =>
    row.map((cell) => `<${tag}><bdi>${escaped(cell)}</bdi></${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
  const said = note === '' ? '' : `<p class="note">${escaped(note)}</p>`;
  return `<div class="table"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${body}</tbody></table></div>${said}`;
}

function items(list: readonly string[]): string {
  if (list.length === 0) return '';
  return `<ul class="items">${list.map((item) => `<li><bdi>${escaped(item)}</bdi></li>`).join('')}</ul>`;
}

const STYLE = `
:root{color-scheme:light}
body{max-width:960px;margin:0 auto;padding:36px 28px;background:#fff;color:#17181c;font:13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-variant-numeric:tabular-nums}
h1{margin:2px 0 12px;font-size:26px;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{margin:0 0 10px;font-size:15px}
small,figcaption,.note,dt,footer{color:#5f6571;font-weight:400;font-size:12px}
.product{margin:0;color:#3f37c9;font-weight:600}
dl{margin:0}dd{margin:0;overflow-wrap:anywhere}
.facts,.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px 20px}
.figures b{font-size:21px;letter-spacing:-.015em}
header{padding-bottom:18px;border-bottom:2px solid #4f46e5}
section{padding:20px 0;border-bottom:1px solid #e5e6eb;break-inside:avoid}
figure{margin:0}img{display:block;max-width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:0 0 8px;padding:0;list-style:none}
.legend i{display:inline-block;width:10px;height:10px;margin-inline-end:6px;border-radius:3px}
.items{margin:0;padding-inline-start:18px}
.table{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:12px}
th,td{padding:5px 10px 5px 0;border-top:1px solid #e5e6eb;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{border-top:0;color:#5f6571;font-weight:500}
thead{display:table-header-group}tr{break-inside:avoid}
footer{padding-top:14px}
@page{margin:14mm}
@media print{body{max-width:none;padding:0}footer{display:none}section:has(table){break-inside:auto}}
`;
