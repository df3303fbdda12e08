import { WINDOWS } from '@app/contracts';
import type { WindowName } from '@app/contracts';

/** What the address says about the view; null where it says nothing. */
export interface ViewState {
  project: string | null;
  window: WindowName | null;
  agentType: string | null;
}

export interface ParsedViewState {
  state: ViewState;
  /** Values that could not be used, in words for the reader. */
  notices: string[];
}

/** The names of the parameters in the address. */
export const PARAMS = { project: 'project', window: 'window', agentType: 'type' } as const;

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;
const TYPE_LENGTH = 200;

function isWindow(text: string): text is WindowName {
  return (WINDOWS as readonly string[]).includes(text);
}

/** Shortened, so that a hostile link cannot fill the page. */
function quoted(text: string): string {
  return text.length > 40 ? `“${text.slice(0, 40)}…”` : `“${text}”`;
}

/** Reads the address. A value that cannot be used is left out and named in a notice. */
export function parseViewState(get: (name: string) => string | null): ParsedViewState {
  const notices: string[] = [];
  const project = get(PARAMS.project);
  const window = get(PARAMS.window);
  const agentType = get(PARAMS.agentType);
  const state: ViewState = { project: null, window: null, agentType: null };

  if (project !== null) {
    if (SLUG.test(project)) state.project = project;
    else notices.push(`${quoted(project)} is not a project name; showing the default project.`);
  }
  if (window !== null) {
    if (isWindow(window)) state.window = window;
    else notices.push(`${quoted(window)} is not a time range; showing the default range.`);
  }
  if (agentType !== null) {
    if (agentType !== '' && agentType.length <= TYPE_LENGTH) state.agentType = agentType;
    else notices.push('The agent type in the address is not usable; showing all types.');
  }
  return { state, notices };
}

/** Query parameters for a state; null removes one, so that only what differs is written. */
export function viewParams(state: ViewState): Record<string, string | null> {
  return {
    [PARAMS.project]: state.project,
    [PARAMS.window]: state.window,
    [PARAMS.agentType]: state.agentType,
  };
}

/** The words of the range picker. */
export const WINDOW_LABELS: Readonly<Record<WindowName, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};
