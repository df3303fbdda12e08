import type { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'agent-performance' },
  {
    path: 'agent-performance',
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: 'Overview · Agent Performance',
        loadComponent: () => import('./dashboard/overview').then((m) => m.Overview),
      },
      {
        path: 'compare',
        title: 'Compare · Agent Performance',
        loadComponent: () => import('./compare/compare-page').then((m) => m.ComparePage),
      },
      {
        path: 'alerts',
        title: 'Alerts · Agent Performance',
        loadComponent: () => import('./alerts/alerts-page').then((m) => m.AlertsPage),
      },
      {
        path: 'alerts/rules',
        title: 'Alert rules · Agent Performance',
        loadComponent: () => import('./alerts/rules-page').then((m) => m.AlertRulesPage),
      },
      {
        path: 'alerts/silences',
        title: 'Silences · Agent Performance',
        loadComponent: () => import('./alerts/silences-page').then((m) => m.SilencesPage),
      },
      {
        path: 'alerts/history',
        title: 'Alert history · Agent Performance',
        loadComponent: () => import('./alerts/history-page').then((m) => m.AlertHistoryPage),
      },
      {
        path: 'benchmarks',
        title: 'Benchmarks · Agent Performance',
        loadComponent: () => import('./benchmarks/benchmarks-page').then((m) => m.BenchmarksPage),
      },
      {
        path: 'settings',
        title: 'Settings · Agent Performance',
        loadComponent: () => import('./settings/settings-page').then((m) => m.SettingsPage),
      },
      {
        path: 'settings/keys',
        title: 'API keys · Agent Performance',
        loadComponent: () => import('./access/keys-page').then((m) => m.KeysPage),
      },
      {
        path: 'settings/people',
        title: 'People · Agent Performance',
        loadComponent: () => import('./access/people-page').then((m) => m.PeoplePage),
      },
      {
        path: 'settings/audit',
        title: 'Audit log · Agent Performance',
        loadComponent: () => import('./access/audit-page').then((m) => m.AuditPage),
      },
      {
        path: 'sign-in',
        title: 'Sign in · Agent Performance',
        loadComponent: () => import('./access/sign-in-page').then((m) => m.SignInPage),
      },
      {
        path: 'invitation',
        title: 'Invitation · Agent Performance',
        loadComponent: () => import('./access/invitation-page').then((m) => m.InvitationPage),
      },
      {
        path: 'tasks',
        title: 'Tasks · Agent Performance',
        loadComponent: () => import('./tasks/tasks-page').then((m) => m.TasksPage),
      },
      {
        path: 'dashboards',
        title: 'Dashboards · Agent Performance',
        loadComponent: () => import('./dashboards/dashboards-page').then((m) => m.DashboardsPage),
      },
      {
        path: 'dashboards/:id',
        title: 'Dashboard · Agent Performance',
        loadComponent: () => import('./dashboards/board-page').then((m) => m.BoardPage),
        canDeactivate: [(page: { mayLeave(): boolean }) => page.mayLeave()],
      },
      {
        path: 'status',
        title: 'Status · Agent Performance',
        loadComponent: () => import('./status/status-page').then((m) => m.StatusPage),
      },
      {
        path: 'agents/:id',
        title: 'Agent · Agent Performance',
        loadComponent: () => import('./agents/agent-page').then((m) => m.AgentPage),
      },
    ],
  },
  {
    path: '**',
    title: 'Not found · Agent Performance',
    loadComponent: () => import('./not-found').then((m) => m.NotFound),
  },
];
