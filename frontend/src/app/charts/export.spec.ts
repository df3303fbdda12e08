import { describe, expect, it } from '@jest/globals';
import { csvCell, csvOf, fileName, jsonOf } from './export';

const table = {
  columns: [
    { label: 'From', numeric: false },
    { label: 'p95', numeric: true },
  ],
  rows: [['1 May', '4 s']],
  raw: [
    ['2026-05-01T00:00:00Z', 4000.25],
    ['2026-05-01T01:00:00Z', null],
  ],
};

describe('downloads', () => {
  it('carry exact figures, and nothing where there is no data', () => {
    expect(csvOf(table)).toBe(
      'From,p95\r\n2026-05-01T00:00:00Z,4000.25\r\n2026-05-01T01:00:00Z,\r\n',
    );
    expect(JSON.parse(jsonOf(table))).toEqual([
      { From: '2026-05-01T00:00:00Z', p95: 4000.25 },
      { From: '2026-05-01T01:00:00Z', p95: null },
    ]);
  });

  it('hold no text that a spreadsheet would calculate, and every text as it is but for that', () => {
    for (const lead of '=+-@\t\r\n\0＝＋－＠') {
      const cell = csvCell(`${lead}1+1`).replace(/^"|"$/g, '');
      expect([lead, cell]).toEqual([lead, `'${lead}1+1`]);
    }
    expect([csvCell('a=1'), csvCell(-1), csvCell(null)]).toEqual(['a=1', '-1', '']);
  });

  it('fall back to the text', () => {
    const { raw: _raw, ...plain } = table;
    expect(csvOf(plain)).toBe('From,p95\r\n1 May,4 s\r\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['two\nlines', '"two\nlines"'],
    ['plain', 'plain'],
    [-5, '-5'],
  ])('keep a spreadsheet from calculating %p', (cell, written) => {
    expect(csvCell(cell)).toBe(written);
  });

  it('are named by letters and digits', () => {
    const at = new Date('2026-05-01T14:05:00Z');
    expect(fileName('Zuverlässigkeit / „../etc“', 'csv', at)).toBe(
      'zuverlassigkeit-etc-2026-05-01-1405.csv',
    );
    expect(fileName('…', 'png', at)).toBe('chart-2026-05-01-1405.png');
  });
});
