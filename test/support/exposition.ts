/** What `GET /metrics` said. */
export interface Exposition {
  text: string;
  /** Value by name and labels, written as in the text. */
  series: ReadonlyMap<string, number>;
  /** @throws Error when there is no such series and no value to take instead */
  value(series: string, otherwise?: number): number;
}

/** @param query such as `?agents=off` */
export async function readExposition(url: string, query = ''): Promise<Exposition> {
  const answer = await fetch(`${url}/metrics${query}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${text}`);
  const series = new Map<string, number>();
  for (const line of text.split('\n')) {
    const cut = line.lastIndexOf(' ');
    if (line !== '' && !line.startsWith('#')) {
      series.set(line.slice(0, cut), Number(line.slice(cut + 1)));
    }
  }
  const value = (name: string, otherwise?: number): number => {
    const found = series.get(name) ?? otherwise;
    if (found === undefined) throw new Error(`There is no series ${name}`);
    return found;
  };
  return { text, series, value };
}
