/**
 * The means of neighbours, so that no more than `most` values remain; a group without any value
 * stays a gap.
 */
export function thinned(values: readonly (number | null)[], most: number): (number | null)[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, at) => {
    const from = Math.floor((at * values.length) / most);
    const to = Math.floor(((at + 1) * values.length) / most);
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  });
}

/**
 * The path of a sparkline within a box; gaps break it, a lone point becomes a dash.
 * @returns SVG path data, empty where there is nothing to draw
 */
export function sparklinePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const y = (value: number): number =>
    span === 0 ? height / 2 : height - 1 - ((value - low) / span) * (height - 2);
  const parts: string[] = [];
  values.forEach((value, at) => {
    if (value === null) return;
    const before = values[at - 1] ?? null;
    const after = values[at + 1] ?? null;
    const place = `${(at * step).toFixed(1)} ${y(value).toFixed(1)}`;
    parts.push(before === null ? `M${place}` : `L${place}`);
    if (before === null && after === null) parts.push('h2');
  });
  return parts.join('');
}
