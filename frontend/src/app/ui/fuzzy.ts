/**
 * How well typed letters fit a text: all of them in order; starts of words and runs count more.
 * @returns undefined where a letter is missing; otherwise higher is better
 */
export function fit(typed: string, text: string): number | undefined {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, '');
  const given = text.toLowerCase();
  if (wanted === '') return 0;
  const whole = given.indexOf(typed.trim().toLowerCase());
  if (whole >= 0) return 1000 - whole - given.length / 100 + (startsWord(given, whole) ? 500 : 0);
  let score = 0;
  let from = 0;
  let before = -2;
  for (const letter of wanted) {
    const at = given.indexOf(letter, from);
    if (at < 0) return undefined;
    score += at === before + 1 ? 8 : startsWord(given, at) ? 6 : -Math.min(at - before, 5);
    before = at;
    from = at + 1;
  }
  return score - given.length / 100;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[\s_\-/.:]/.test(text.charAt(at - 1));
}

/** The best first, at most so many; what is recent leads where nothing is typed and breaks ties. */
export function ranked<T extends { id: string; label: string; also?: string }>(
  entries: readonly T[],
  typed: string,
  recent: readonly string[],
  most: number,
): T[] {
  const scored = entries.flatMap((entry) => {
    const own = fit(typed, entry.label);
    const other = entry.also === undefined ? undefined : fit(typed, entry.also);
    if (own === undefined && other === undefined) return [];
    const at = recent.indexOf(entry.id);
    const lately = at < 0 ? 0 : 20 - at;
    const score = Math.max(own ?? -Infinity, (other ?? -Infinity) - 50) + lately;
    return [{ entry, score }];
  });
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => entry);
}
