import type { IconName } from '../ui/icon';

export type PageName =
  | 'overview'
  | 'agents'
  | 'tasks'
  | 'compare'
  | 'alerts'
  | 'benchmarks'
  | 'dashboards'
  | 'status'
  | 'settings';

export interface PageEntry {
  name: PageName;
  /** Below the dashboard's address. */
  path: string;
  icon: IconName;
  /** After `g`. */
  key: string;
}

/** Where one can go, in the order of the navigation. */
export const PAGE_GROUPS: readonly {
  name: 'watch' | 'understand' | 'manage';
  pages: readonly PageEntry[];
}[] = [
  {
    name: 'watch',
    pages: [
      { name: 'overview', path: '', icon: 'overview', key: 'd' },
      { name: 'alerts', path: 'alerts', icon: 'alerts', key: 'a' },
      { name: 'dashboards', path: 'dashboards', icon: 'dashboards', key: 'v' },
    ],
  },
  {
    name: 'understand',
    pages: [
      { name: 'agents', path: 'agents', icon: 'agents', key: 'f' },
      { name: 'tasks', path: 'tasks', icon: 'tasks', key: 't' },
      { name: 'compare', path: 'compare', icon: 'compare', key: 'c' },
      { name: 'benchmarks', path: 'benchmarks', icon: 'benchmarks', key: 'b' },
    ],
  },
  {
    name: 'manage',
    pages: [
      { name: 'status', path: 'status', icon: 'status', key: 'h' },
      { name: 'settings', path: 'settings', icon: 'settings', key: 's' },
    ],
  },
];

export const PAGES = PAGE_GROUPS.flatMap(({ pages }) => pages);
