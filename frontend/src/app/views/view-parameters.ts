import { WORKSPACE_LIMITS } from '@app/contracts';

/** What of the address is about one thing that is open, or where one is, and not about the view. */
const PASSING = new Set(['project', 'view', 'execution', 'at', 'alert', 'rule', 'edit', 'create']);
const NAME = /^[a-z][A-Za-z]{0,30}$/;

/** What of an address a view keeps. */
export function keptParameters(address: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept = Object.entries(address).filter(
    (entry): entry is [string, string] =>
      !PASSING.has(entry[0]) &&
      NAME.test(entry[0]) &&
      typeof entry[1] === 'string' &&
      entry[1].length <= WORKSPACE_LIMITS.parameterLength,
  );
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept.slice(0, WORKSPACE_LIMITS.viewParameters));
}

/** Whether the address says something of the view, so that no default may say otherwise. */
export function saysSomething(address: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(address).some((name) => name !== 'project');
}

/** What to write into the address for a view: also what it does not have, to be forgotten. */
export function appliedParameters(
  address: Readonly<Record<string, unknown>>,
  view: { id: string; parameters: Readonly<Record<string, string>> },
): Record<string, string | null> {
  const gone = Object.keys(address).filter((name) => name !== 'project');
  const forgotten = Object.fromEntries(gone.map((name) => [name, null]));
  // A view from elsewhere cannot lead to another project.
  return { ...forgotten, ...keptParameters(view.parameters), view: view.id };
}

export function sameParameters(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  return JSON.stringify(keptParameters(a)) === JSON.stringify(keptParameters(b));
}
