// Which way imports may run. The rooms lie in flow order: a later room may import an earlier one, by
// its door, never the other way round.
const order = [
  'contracts',
  'stats',
  'platform',
  'access',
  'notifications',
  'metrics',
  'benchmarks',
  'aggregation',
  'alerts',
  'query',
  'realtime',
  'workspace',
  'operations',
];

const backwards = order.slice(0, -1).map((room, index) => ({
  name: `${room}-knows-nothing-of-later-rooms`,
  severity: 'error',
  from: { path: `^libs/${room}/` },
  to: { path: `^libs/(${order.slice(index + 1).join('|')}|tracker|swarm)/|^apps/` },
}));

module.exports = {
  forbidden: [
    ...backwards,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-by-their-door',
      severity: 'error',
      comment: 'From outside, a room is its index.ts',
      from: { path: '^(libs/[^/]+|apps/[^/]+|frontend)/' },
      to: {
        path: '^libs/[^/]+/src/(?!index\\.ts$)',
        pathNot: ['^$1/', '^libs/tracker/src/stream\\.ts$'],
      },
    },
    {
      name: 'pure-rooms',
      severity: 'error',
      from: { path: '^libs/(contracts|stats)/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules|^(node:)?(fs|net|http|crypto|child_process)$' },
    },
    {
      name: 'client-side-rooms',
      severity: 'error',
      comment: 'The SDK sees the contracts only, the swarm the SDK too',
      from: { path: '^libs/(tracker|swarm)/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules|^libs/(?!contracts|tracker|swarm)' },
    },
    {
      name: 'browser-sees-contracts',
      severity: 'error',
      comment: 'And, in one place, the stream of the SDK',
      from: { path: '^frontend/' },
      to: {
        path: '^(libs/(?!contracts)|apps/|migrations/)',
        pathNot: '^libs/tracker/src/stream\\.ts$',
      },
    },
    {
      name: 'one-importer-of-echarts',
      severity: 'error',
      from: { path: '^frontend/src/app/(?!charts/)' },
      to: { path: 'node_modules/(echarts|ngx-echarts|zrender)' },
    },
    {
      name: 'one-importer-of-the-stream',
      severity: 'error',
      from: { path: '^frontend/src/app/(?!live/)' },
      to: { path: '^libs/tracker/' },
    },
    {
      name: 'not-from-tests',
      severity: 'error',
      from: { path: '^(apps|libs|migrations|frontend)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.angular)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
