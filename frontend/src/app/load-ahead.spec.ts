import { routes } from './app.routes';
import { pageAt } from './load-ahead';

describe(pageAt.name, () => {
  it.each([
    ['/agent-performance', ''],
    ['/agent-performance/', ''],
    ['/agent-performance/alerts', 'alerts'],
    ['/agent-performance/alerts/rules', 'alerts/rules'],
    ['/agent-performance/agents/agent%201', 'agents/:id'],
    ['/agent-performance/settings/account', 'settings/account'],
  ])('finds the page at %s', (path, pattern) => {
    const page = pageAt(path, routes);
    expect(page?.path).toBe(pattern);
    expect(page?.loadComponent).toBeDefined();
  });

  it.each(['/', '/agent-performance/nowhere', '/agent-performance/agents/a/b', '/docs'])(
    'knows none at %s',
    (path) => expect(pageAt(path, routes)).toBeUndefined(),
  );
});
