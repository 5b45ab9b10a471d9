/** The arrows of the house: core <- db <- server, core <- sdk; the sdk sees the server as types only. */
const npm = (...allowed) => `node_modules/(?!(${allowed.join('|')})/)`;

module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'No I/O, no clock, no zod: only the table of currencies from outside.',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { pathNot: ['^packages/core/src', 'node_modules/dinero\\.js/'] },
    },
    {
      name: 'db-knows-core-only',
      severity: 'error',
      from: { path: '^packages/db/src' },
      to: { path: ['^apps/', '^packages/(?!(core|db)/)'] },
    },
    {
      name: 'server-does-not-know-its-clients',
      severity: 'error',
      from: { path: '^apps/server/src' },
      to: { path: '^(packages/sdk|apps/acquirer)/' },
    },
    {
      name: 'acquirer-knows-no-florin',
      comment:
        'What proofs compare Florin against must not be decided by its server or its database.',
      severity: 'error',
      from: { path: '^apps/acquirer/src/', pathNot: '^apps/acquirer/src/(provider|florin)\\.ts$' },
      to: { path: '^(apps/(?!acquirer/)|packages/(?!core/))' },
    },
    {
      name: 'api-kit-knows-no-florin',
      comment: 'It is pointed at any server, and judges Florin as it judges the others: over HTTP.',
      severity: 'error',
      from: { path: '^apps/prove/src/api/' },
      to: { path: '^(apps/prove/src/(?!api/)|apps/(?!prove/)|packages/)' },
    },
    {
      name: 'sdk-knows-core-only',
      comment:
        'Of the server its client sees types; the Florin in memory, in testing/, is the server.',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: '^packages/sdk/src/testing/' },
      to: { path: '^(apps/|packages/(?!(sdk|core)/))', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sdk-is-light',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: '^packages/sdk/src/testing/' },
      to: {
        path: npm('@trpc', '\\.pnpm/@trpc[^/]*', 'dinero\\.js', '\\.pnpm/dinero[^/]*'),
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'zod-lives-at-the-edge',
      severity: 'error',
      from: {
        path: '^(packages|apps)/[^/]+/src',
        pathNot: [
          '^apps/server/src/(router|rest|providers|config|problem)',
          '^apps/acquirer/src/(wire|faults|http)\\.ts$',
        ],
      },
      to: { path: 'node_modules/zod/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { pathNot: 'testing\\.ts$' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.types)/|^packages/sdk/consumers/[^/]+/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
    },
  },
};
