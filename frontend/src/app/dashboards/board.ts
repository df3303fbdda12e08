import { WORKSPACE_LIMITS } from '@app/contracts';
import type { DashboardInput, DashboardPanel } from '@app/contracts';

/** A panel on the page: with a key of its own, so that it stays the same while it moves. */
export interface BoardPanel extends DashboardPanel {
  key: number;
}

export interface Board {
  name: string;
  description: string;
  panels: readonly BoardPanel[];
}

let lastKey = 0;
export function nextKey(): number {
  lastKey += 1;
  return lastKey;
}

export function toBoard({ name, description = '', panels }: DashboardInput): Board {
  return { name, description, panels: panels.map((panel) => ({ ...panel, key: nextKey() })) };
}

/** What is saved of a board. */
export function toInput({ name, description, panels }: Board): Required<DashboardInput> {
  return { name: name.trim(), description, panels: panels.map(({ key: _key, ...panel }) => panel) };
}

export function sameContent(a: DashboardInput, b: DashboardInput): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf({ name, description = '', panels }: DashboardInput): string {
  const list = panels.map((panel) => [
    panel.kind,
    panel.title,
    panel.metrics,
    panel.by,
    panel.agentIds,
    panel.agentType,
    panel.complexity,
    panel.width,
    panel.height,
  ]);
  return JSON.stringify([name.trim(), description, list]);
}

/** The panels with one at another place; a place beyond the ends is the end. */
export function moved(
  panels: readonly BoardPanel[],
  key: number,
  place: number,
): readonly BoardPanel[] {
  const panel = panels.find((one) => one.key === key);
  if (panel === undefined) return panels;
  const rest = panels.filter((one) => one.key !== key);
  const at = Math.min(rest.length, Math.max(0, place));
  return [...rest.slice(0, at), panel, ...rest.slice(at)];
}

const { columns, rows } = WORKSPACE_LIMITS;
/** Narrower than this nothing can be read. */
const NARROWEST = 2;

/** The panels with one of another size, within the grid. */
export function resized(
  panels: readonly BoardPanel[],
  key: number,
  width: number,
  height: number,
): readonly BoardPanel[] {
  return panels.map((panel) =>
    panel.key === key
      ? {
          ...panel,
          width: Math.min(columns, Math.max(NARROWEST, Math.round(width))),
          height: Math.min(rows, Math.max(1, Math.round(height))),
        }
      : panel,
  );
}

const panel = (over: Partial<DashboardPanel>): DashboardPanel => ({
  kind: 'line',
  title: '',
  metrics: ['p95Ms'],
  by: 'none',
  agentIds: [],
  agentType: null,
  complexity: null,
  width: 6,
  height: 3,
  ...over,
});

/** A new panel, as the editor opens with. */
export const FIRST_PANEL: DashboardPanel = panel({ metrics: ['p50Ms', 'p95Ms'] });

/** What a newcomer sees: each way of drawing, on figures that everybody has. */
export function exampleBoard(name: string, description: string): DashboardInput {
  return {
    name,
    description,
    panels: [
      panel({ kind: 'stat', metrics: ['tasks'], width: 3, height: 2 }),
      panel({ kind: 'stat', metrics: ['successRate'], width: 3, height: 2 }),
      panel({ kind: 'stat', metrics: ['p95Ms'], width: 3, height: 2 }),
      panel({ kind: 'stat', metrics: ['costUsd'], width: 3, height: 2 }),
      panel({ metrics: ['p50Ms', 'p95Ms', 'p99Ms'], width: 8 }),
      panel({ kind: 'pie', metrics: ['tasks'], by: 'complexity', width: 4 }),
      panel({ kind: 'bar', metrics: ['failed'], by: 'agent', width: 4, height: 4 }),
      panel({ kind: 'radar', metrics: ['p95Ms'], by: 'agent', width: 4, height: 4 }),
      panel({ kind: 'line', metrics: ['successRate'], by: 'agent', width: 4, height: 4 }),
      panel({
        kind: 'table',
        metrics: ['tasks', 'successRate', 'p95Ms', 'memoryMb', 'costUsd'],
        by: 'agent',
        width: 12,
      }),
    ],
  };
}
