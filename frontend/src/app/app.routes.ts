import type { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'agent-performance' },
  {
    path: 'agent-performance',
    children: [
      {
        path: '',
        pathMatch: 'full',
        loadComponent: () => import('./dashboard/overview').then((m) => m.Overview),
      },
      {
        path: 'compare',
        loadComponent: () => import('./compare/compare-page').then((m) => m.ComparePage),
      },
      {
        path: 'alerts',
        loadComponent: () => import('./alerts/alerts-page').then((m) => m.AlertsPage),
      },
      {
        path: 'alerts/rules',
        loadComponent: () => import('./alerts/rules-page').then((m) => m.AlertRulesPage),
      },
      {
        path: 'alerts/silences',
        loadComponent: () => import('./alerts/silences-page').then((m) => m.SilencesPage),
      },
      {
        path: 'alerts/history',
        loadComponent: () => import('./alerts/history-page').then((m) => m.AlertHistoryPage),
      },
      {
        path: 'benchmarks',
        loadComponent: () => import('./benchmarks/benchmarks-page').then((m) => m.BenchmarksPage),
      },
      {
        path: 'settings',
        loadComponent: () => import('./settings/settings-page').then((m) => m.SettingsPage),
      },
      {
        path: 'settings/keys',
        loadComponent: () => import('./access/keys-page').then((m) => m.KeysPage),
      },
      {
        path: 'settings/people',
        loadComponent: () => import('./access/people-page').then((m) => m.PeoplePage),
      },
      {
        path: 'settings/audit',
        loadComponent: () => import('./access/audit-page').then((m) => m.AuditPage),
      },
      {
        path: 'sign-in',
        loadComponent: () => import('./access/sign-in-page').then((m) => m.SignInPage),
      },
      {
        path: 'invitation',
        loadComponent: () => import('./access/invitation-page').then((m) => m.InvitationPage),
      },
      {
        path: 'tasks',
        loadComponent: () => import('./tasks/tasks-page').then((m) => m.TasksPage),
      },
      {
        path: 'dashboards',
        loadComponent: () => import('./dashboards/dashboards-page').then((m) => m.DashboardsPage),
      },
      {
        path: 'dashboards/:id',
        loadComponent: () => import('./dashboards/board-page').then((m) => m.BoardPage),
        canDeactivate: [(page: { mayLeave(): boolean }) => page.mayLeave()],
      },
      {
        path: 'status',
        loadComponent: () => import('./status/status-page').then((m) => m.StatusPage),
      },
      {
        path: 'agents/:id',
        loadComponent: () => import('./agents/agent-page').then((m) => m.AgentPage),
      },
    ],
  },
  {
    path: '**',
    loadComponent: () => import('./not-found').then((m) => m.NotFound),
  },
];
