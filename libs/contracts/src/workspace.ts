/** How a panel of a dashboard is drawn. */
export const PANEL_KINDS = [
  'line',
  'bar',
  'pie',
  'radar',
  'table',
  'stat',
  'band',
  'box',
  'heatmap',
] as const;
export type PanelKind = (typeof PANEL_KINDS)[number];

/** Figures that a panel can show; durations are those of successful executions. */
export const PANEL_METRICS = [
  'tasks',
  'failed',
  'successRate',
  'reliability',
  'consistency',
  'meanMs',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'maxMs',
  'cpuPercent',
  'memoryMb',
  'networkBytes',
  'diskBytes',
  'inputTokens',
  'outputTokens',
  'costUsd',
] as const;
export type PanelMetric = (typeof PANEL_METRICS)[number];

/** What the figures of a panel are told apart by; `none`: all together. */
export const PANEL_SPLITS = ['none', 'agent', 'type', 'complexity'] as const;
export type PanelSplit = (typeof PANEL_SPLITS)[number];

/** Bounds of what people save. */
export const WORKSPACE_LIMITS = {
  dashboards: 200,
  panels: 40,
  panelMetrics: 6,
  /** Columns of a dashboard's grid. */
  columns: 12,
  /** Rows that a panel may span. */
  rows: 10,
  nameLength: 120,
  descriptionLength: 500,
  documentBytes: 64 * 1024,
  views: 500,
  viewParameters: 30,
  parameterLength: 500,
} as const;

/** One panel: which figures, drawn how, and its size in the grid. The time is that of the page. */
export interface DashboardPanel {
  kind: PanelKind;
  /** Empty: made from the figures. */
  title: string;
  metrics: PanelMetric[];
  by: PanelSplit;
  /** Only these agents; empty: all. */
  agentIds: string[];
  /** Only agents of this type; null: what the page is filtered by. */
  agentType: string | null;
  /** Only tasks of this level, 1–5; null: all. */
  complexity: number | null;
  /** Columns, 1–12. */
  width: number;
  /** Rows of 80 pixels, 1–10. */
  height: number;
}

/** What people edit, export and import. Panels flow in their order, left to right. */
export interface DashboardInput {
  name: string;
  description?: string;
  panels: DashboardPanel[];
}

export interface Dashboard extends Required<DashboardInput> {
  id: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
}

/** A dashboard in a list. */
export type DashboardSummary = Omit<Dashboard, 'panels'> & { panelCount: number };

/** The file of an export. */
export interface DashboardFile extends Required<DashboardInput> {
  schema: 'apt-dashboard/1';
}

/** Pages whose filters can be kept under a name. */
export const VIEW_PAGES = [
  'overview',
  'tasks',
  'agents',
  'compare',
  'alerts',
  'alert-history',
  'benchmarks',
  'dashboards',
] as const;
export type ViewPage = (typeof VIEW_PAGES)[number];

export interface SavedViewInput {
  page: ViewPage;
  name: string;
  /** Parameters of the page's address, such as `{ "status": "failure" }`. */
  parameters: Record<string, string>;
  /** Whether everybody in the project sees it; else only who made it. */
  shared: boolean;
  /** Whether the page opens so for who made it, where the address says nothing else. */
  isDefault: boolean;
}

export interface SavedView extends SavedViewInput {
  id: string;
  /** Whether the one who asks made it. */
  own: boolean;
  createdBy: string;
  version: number;
  updatedAt: string;
}
