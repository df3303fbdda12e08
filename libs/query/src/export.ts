import type { Execution } from '@app/contracts';

import { CSV_HEADER, csvLine } from './csv.js';

export const EXPORT_FORMATS = ['json', 'csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What the client wants: the parameter, else the `Accept` header, else a page of JSON. */
export function formatOf(format: ExportFormat | undefined, accept = ''): ExportFormat {
  if (format !== undefined) return format;
  if (accept.includes('text/csv')) return 'csv';
  return accept.includes('application/x-ndjson') ? 'ndjson' : 'json';
}

export const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;

/** The text of an export, one piece per page. Whoever asked for the pages ends them. */
export async function* exportText(
  format: keyof typeof MEDIA_TYPES,
  first: IteratorResult<Execution[]>,
  pages: AsyncGenerator<Execution[]>,
): AsyncGenerator<string> {
  const line = format === 'csv' ? csvLine : (one: Execution) => `${JSON.stringify(one)}\n`;
  if (format === 'csv') yield CSV_HEADER;
  for (let page = first; !page.done; page = await pages.next()) {
    yield page.value.map(line).join('');
  }
}
