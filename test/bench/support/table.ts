/** Text table with a heading; numbers and texts alike, columns as wide as they need. */
export function table(heading: string[], rows: (string | number)[][]): string {
  const lines = [heading, ...rows.map((row) => row.map(String))];
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const draw = (line: string[]): string =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return ['', draw(heading), rule, ...lines.slice(1).map(draw), ''].join('\n');
}

/** What was compared, both figures, their ratio, and which ratio is to be reached. */
export type Ratio = [
  what: string,
  ours: string,
  reference: string,
  ratio: number,
  relation: '≥' | '≤',
  reach: number,
];

export function ratioTable(ratios: Ratio[]): string {
  return table(
    ['compared', 'ours', 'reference', 'ratio', 'to reach', ''],
    ratios.map(([what, ours, reference, ratio, relation, reach]) => [
      what,
      ours,
      reference,
      `${ratio.toFixed(2)} ×`,
      `${relation} ${reach}`,
      (relation === '≥' ? ratio >= reach : ratio <= reach) ? 'reached' : 'NOT REACHED',
    ]),
  );
}
