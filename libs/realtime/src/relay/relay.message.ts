import { EXECUTION_FIELDS } from '@app/contracts';
import type { AlertChange, Execution, RunningExecution } from '@app/contracts';

/** News of one process for the clients of another. */
export type RelayedNews =
  | { kind: 'started'; execution: RunningExecution }
  | { kind: 'stored'; execution: Execution }
  | { kind: 'alert'; change: AlertChange };

/** What a process promises another: to send it all news of the projects that it wants. */
export interface Grant {
  /** Which of the other's wants are met. */
  version: number;
  /** A new number whenever the promise begins anew. */
  token: number;
  /** Number of the last message before the promise. */
  after: number;
  /** Whether no news was kept back since this process began. */
  clean: boolean;
}

interface Said {
  /** Which process says it; a new name after each start. */
  from: string;
}

export interface Beat extends Said {
  kind: 'beat';
  /** Number of its last `news` message. */
  last: number;
  /** Projects whose news it wants; null: all. */
  wants: string[] | null;
  /** Rises whenever `wants` changes. */
  version: number;
  grants: Record<string, Grant>;
  /** Everybody is asked to answer at once. */
  hello: boolean;
}

export interface News extends Said {
  kind: 'news';
  /** 1, 2, 3… from each process. */
  number: number;
  items: RelayedNews[];
  /** Events left out for want of room, by project. */
  missed: Record<string, number>;
}

/** The last word of a process that stops. */
export interface Farewell extends Said {
  kind: 'bye';
  last: number;
}

export type RelayMessage = Beat | News | Farewell;

/** Processes of another release may speak differently: they are not understood, hence not heard. */
const PROTOCOL = 1;

type PackedItem =
  | ['s', RunningExecution]
  /** Values of EXECUTION_FIELDS: names would be half of the text. */
  | ['x', unknown[]]
  | ['a', AlertChange];

export function packItem(news: RelayedNews): string {
  return JSON.stringify(packed(news));
}

/** A `news` message of items that are packed already. */
export function newsText(
  from: string,
  number: number,
  packedItems: readonly string[],
  missed: ReadonlyMap<string, number>,
): string {
  const rest = JSON.stringify({ from, kind: 'news', number, missed: Object.fromEntries(missed) });
  return `${PROTOCOL}{"items":[${packedItems.join(',')}],${rest.slice(1)}`;
}

export function messageText(message: Beat | Farewell): string {
  return PROTOCOL + JSON.stringify(message);
}

/** @returns null for what is not understood */
export function readMessage(text: string): RelayMessage | null {
  if (!text.startsWith(`${PROTOCOL}{`)) return null;
  try {
    const message = JSON.parse(text.slice(1)) as RelayMessage & { items?: unknown };
    if (message.kind !== 'news') return message;
    return { ...message, items: (message.items as unknown as PackedItem[]).map(unpacked) };
  } catch {
    // Cut off on the way, or not ours: as good as lost, which its number will show.
    return null;
  }
}

function packed(news: RelayedNews): PackedItem {
  switch (news.kind) {
    case 'started':
      return ['s', news.execution];
    case 'stored':
      return ['x', EXECUTION_FIELDS.map((name) => news.execution[name])];
    case 'alert':
      return ['a', news.change];
  }
}

function unpacked(item: PackedItem): RelayedNews {
  switch (item[0]) {
    case 's':
      return { kind: 'started', execution: item[1] };
    case 'x': {
      const fields = EXECUTION_FIELDS.map((name, index) => [name, item[1][index]]);
      return { kind: 'stored', execution: Object.fromEntries(fields) as Execution };
    }
    case 'a':
      return { kind: 'alert', change: item[1] };
  }
}
