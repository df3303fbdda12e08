import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Benchmark, BenchmarkInput, FieldProblem } from '@app/contracts';
import { DomainError, invalidRequest, validationProblem } from '@app/platform';

import { DEFAULT_TASK_TYPE } from './benchmark-index.js';
import { BenchmarkInputDto } from './dto/benchmark-input.dto.js';

/** Columns of the CSV form, in order. */
const COLUMNS = [
  'agentType',
  'taskType',
  'complexity',
  'expectedMs',
  'maxCpuPercent',
  'maxMemoryMb',
  'minSuccessRate',
  'source',
  'version',
  'updatedAt',
] as const satisfies readonly (keyof Benchmark)[];

/** What an export tells besides, and an import passes over. */
const INFORMATION = new Set(['id', 'source', 'version', 'updatedAt']);
const TEXTS = new Set(['agentType', 'taskType']);

const MAX_ROWS = 2000;
/** So many problems are named; whoever has more begins with these. */
const MAX_PROBLEMS = 100;

// Spreadsheets take a cell that begins so for a formula. An apostrophe makes it text; one is added
// before those that are there, and one is taken away, so that every text comes back as it went.
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^''*[=+\-@\t\r\n＝＋－＠]/;

/** RFC 4180, with a header. */
export function toCsv(benchmarks: readonly Benchmark[]): string {
  const lines = benchmarks.map((benchmark) =>
    COLUMNS.map((column) => cell(String(benchmark[column]), TEXTS.has(column))).join(','),
  );
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

function cell(value: string, isText: boolean): string {
  const safe = isText && FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Rows of an import: `{ data: […] }` as the export writes it, or its CSV form.
 * @throws DomainError `invalid-request` (400) for what is neither, `refused-import` (422) naming
 *   each row that cannot be taken
 */
export function readImport(body: unknown): BenchmarkInput[] {
  const rows = typeof body === 'string' ? parseCsv(body) : rowsOf(body);
  if (rows.length === 0 || rows.length > MAX_ROWS) {
    throw refusedBody(`must hold 1 to ${MAX_ROWS} benchmarks, not ${rows.length}`);
  }
  const problems: FieldProblem[] = [];
  const seen = new Map<string, number>();
  const inputs = rows.map((row, index) => {
    const input = checked(row, index, problems);
    const stratum = JSON.stringify([
      input.agentType,
      input.taskType ?? DEFAULT_TASK_TYPE,
      input.complexity,
    ]);
    const first = seen.get(stratum);
    if (first !== undefined) {
      const detail = `is the same benchmark as row ${first}`;
      problems.push({ path: `rows.${index}`, code: 'duplicate', detail });
    }
    seen.set(stratum, index);
    return input;
  });
  if (problems.length > 0) throw refusedImport(problems);
  return inputs;
}

export function refusedImport(problems: readonly FieldProblem[]): DomainError {
  const detail = `${problems.length} problems; nothing was imported`;
  return new DomainError('refused-import', 422, detail, problems.slice(0, MAX_PROBLEMS));
}

function refusedBody(detail: string): DomainError {
  return invalidRequest([{ path: 'body', code: 'invalid-value', detail }]);
}

function rowsOf(body: unknown): unknown[] {
  const { data, ...others } = (body ?? {}) as { data?: unknown; page?: unknown };
  const strange = Object.keys(others).find((name) => name !== 'page');
  if (strange !== undefined) throw refusedBody(`must not have the field ${strange.slice(0, 64)}`);
  if (!Array.isArray(data))
    throw refusedBody('must be { data: […] } as the export writes it, or CSV');
  return data;
}

function checked(row: unknown, index: number, problems: FieldProblem[]): BenchmarkInput {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    const detail = 'must be a benchmark';
    problems.push({ path: `rows.${index}`, code: 'invalid-value', detail });
    return {} as BenchmarkInput;
  }
  const given = Object.entries(row).filter(([name]) => !INFORMATION.has(name));
  const input = plainToInstance(BenchmarkInputDto, Object.fromEntries(given));
  const errors = validateSync(input, { whitelist: true, forbidNonWhitelisted: true });
  for (const error of validationProblem(errors).errors ?? []) {
    problems.push({ ...error, path: `rows.${index}.${error.path}` });
  }
  return input;
}

function parseCsv(text: string): Record<string, unknown>[] {
  const [header = [], ...lines] = cellsOf(text.replace(/^\ufeff/, ''));
  const unknown = header.find((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined) throw refusedBody(`has the unknown column ${unknown.slice(0, 64)}`);
  if (new Set(header).size < header.length) throw refusedBody('has a column twice');
  return lines.map((cells, index) => {
    if (cells.length !== header.length) {
      throw refusedBody(`has ${cells.length} cells in row ${index}, not ${header.length}`);
    }
    const values = header.map((name, at) => [name, valueOf(name, cells[at] ?? '')] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  });
}

/** An empty cell is left out; what is no number stays a text, and is refused as one. */
function valueOf(column: string, text: string): unknown {
  if (text === '') return undefined;
  if (TEXTS.has(column)) return GUARDED.test(text) ? text.slice(1) : text;
  const number = Number(text);
  return /^-?\d/.test(text.trim()) && Number.isFinite(number) ? number : text;
}

/** Cells by line, after RFC 4180; lines without anything are left out. */
function cellsOf(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/gy;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw refusedBody(`is no CSV at character ${at}`);
    const [, quoted, plain = '', end] = match;
    line.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',' && pattern.lastIndex < text.length) continue;
    if (end === ',') line.push('');
    if (line.length > 1 || line[0] !== '') lines.push(line);
    line = [];
  }
  return lines;
}
