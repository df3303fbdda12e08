/** Where the dashboard lives; the server answers every path below it with this page. */
export const HOME = '/agent-performance';
