// The import rules of the house (see docs/architecture.md). Broken rules fail the tests.
const { scopedRooms, files: crossWorkspace } = require('./.cross-workspace.cjs');

const rooms = {
  catalogue: [],
  text: [],
  events: ['catalogue'],
  'event-store': ['events', 'platform'],
  'event-bus': ['events', 'event-store', 'platform'],
  interpreter: ['catalogue', 'text'],
  planning: ['catalogue', 'events', 'text'],
  'personal-data': ['events', 'event-store', 'platform'],
  commands: ['catalogue', 'events', 'event-store', 'platform/combining'],
  projections: [
    'catalogue',
    'events',
    'event-store',
    'event-bus',
    'interpreter',
    'personal-data',
    'planning',
    'platform',
    'text',
  ],
  'audit-chain': ['events', 'event-store', 'event-bus', 'platform', 'projections'],
  identity: ['catalogue', 'commands', 'events', 'event-store', 'platform'],
  sagas: [
    'catalogue',
    'commands',
    'events',
    'event-store',
    'event-bus',
    'interpreter',
    'personal-data',
    'planning',
    'platform',
    'projections',
    'text',
  ],
  api: [
    'audit-chain',
    'catalogue',
    'commands',
    'events',
    'event-store',
    'event-bus',
    'identity',
    'platform',
    'projections',
  ],
  platform: [],
};

const only = (room, allowed) => ({
  name: `${room}-imports`,
  comment: `src/${room} may import: ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => only(room, allowed)),
    {
      name: 'one-workspace-at-a-time',
      comment:
        'Who answers people or works for one workspace takes WorkspaceReads (workspace-scope.ts), not the whole database. Exceptions, with reasons: .cross-workspace.cjs',
      severity: 'error',
      from: {
        path: `^src/(${scopedRooms.join('|')})/`,
        pathNot: ['\\.spec\\.ts$', ...crossWorkspace.map(({ path }) => path)],
      },
      to: { path: '^src/platform/database/(database|pipelined)\\.ts$|node_modules/(@types/)?pg/' },
    },
    {
      name: 'pure-decisions',
      comment: 'Deciders, planning, events and the interpreter know no framework, database or network.',
      severity: 'error',
      from: {
        path: '^src/(catalogue|events|text|planning|interpreter/(rules|llm/(guard|prompt|task-parser))|commands)/',
        pathNot: '\\.(handlers|spec)\\.ts$',
      },
      to: { path: 'node_modules/(@nestjs|pg|knex|kafkajs|openai|graphile-worker|fastify|pino)/' },
    },
    {
      name: 'offline-knows-no-model',
      comment: 'The offline interpreter works where there is no model; only the composition root picks one.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(interpreter/(llm|audio/service)|composition)/|\\.spec\\.ts$' },
      to: { path: '^src/interpreter/llm/' },
    },
    {
      name: 'model-libraries-in-their-room',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/interpreter/(llm/(client|resilience)|audio/service)/' },
      to: { path: 'node_modules/(openai|opossum)/' },
    },
    {
      name: 'no-nest-event-bus',
      comment: 'It lives in memory and swallows errors. Facts go through the log.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/@nestjs/event-emitter/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file nobody imports is dead, unless it is a place to start from.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '\\.spec\\.ts$|^src/main\\.ts$|^src/terminal/' },
      to: {},
    },
    {
      name: 'no-test-code-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
