import type { Dashboard, SavedView } from '@app/contracts';

export const dashboardExample: Dashboard = {
  id: '8c6d1f0e-3f6b-4b0e-9a51-0d6f3c1b2a77',
  name: 'Release 2.4 watch',
  description: 'How the planners do since Monday',
  panels: [
    {
      kind: 'line',
      title: '',
      metrics: ['p50Ms', 'p95Ms'],
      by: 'none',
      agentIds: [],
      agentType: 'orchestrator',
      complexity: null,
      width: 8,
      height: 2,
    },
  ],
  version: 1,
  createdAt: '2026-01-31T08:00:00.000Z',
  updatedAt: '2026-01-31T08:00:00.000Z',
  updatedBy: 'maria',
};

export const viewExample: SavedView = {
  id: '5f0c2a44-6d0a-4d2e-8f4b-2f7f5f1f9a10',
  page: 'tasks',
  name: 'Failures of planners',
  parameters: { status: 'failure', type: 'orchestrator' },
  shared: true,
  isDefault: false,
  own: true,
  createdBy: 'maria',
  version: 1,
  updatedAt: '2026-01-31T08:00:00.000Z',
};
