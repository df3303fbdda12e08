import type { Route, Routes } from '@angular/router';
import { kitRoutes } from './kit/no-kit-routes';
import { onlyFor } from './scope/rights';
import type { Need } from './scope/rights';

/** A page for those who may, and at the same address a word about it for the others. */
const guarded = (need: Need, route: Route): Route[] => [
  { ...route, canMatch: [onlyFor(need)] },
  {
    path: route.path ?? '',
    title: route.title ?? '',
    data: { needs: need },
    loadComponent: () => import('./shell/not-yours').then((m) => m.NotYours),
  },
];

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'agent-performance' },
  {
    path: 'agent-performance',
    children: [
      ...kitRoutes,
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
      ...guarded('operate', {
        path: 'settings',
        loadComponent: () => import('./settings/settings-page').then((m) => m.SettingsPage),
      }),
      ...guarded('admin', {
        path: 'settings/keys',
        loadComponent: () => import('./access/keys-page').then((m) => m.KeysPage),
      }),
      ...guarded('admin', {
        path: 'settings/people',
        loadComponent: () => import('./access/people-page').then((m) => m.PeoplePage),
      }),
      ...guarded('admin', {
        path: 'settings/audit',
        loadComponent: () => import('./access/audit-page').then((m) => m.AuditPage),
      }),
      ...guarded('admin everywhere', {
        path: 'settings/users',
        loadComponent: () => import('./access/users-page').then((m) => m.UsersPage),
      }),
      {
        path: 'settings/account',
        loadComponent: () => import('./access/account-page').then((m) => m.AccountPage),
      },
      {
        path: 'new-password',
        loadComponent: () => import('./access/new-password-page').then((m) => m.NewPasswordPage),
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
        path: 'agents',
        loadComponent: () => import('./agents/list/agents-page').then((m) => m.AgentsPage),
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
