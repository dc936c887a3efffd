// Who may look across workspaces, and why. Everybody else gets WorkspaceReads (src/platform/database/workspace-scope.ts).
// Read by the import rules (.dependency-cruiser.cjs) and by the check of every statement (test/security/tenancy).
module.exports = {
  /** The rooms that answer people or work for one workspace. */
  scopedRooms: ['api', 'commands', 'sagas', 'interpreter', 'planning', 'projections'],
  /** Files of those rooms that hold the whole database all the same. Paths as regular expressions. */
  files: [
    {
      path: '^src/projections/.+\\.projection\\.ts$',
      why: 'writes rows of whatever workspaces the delivered events belong to, each under the id its event carries',
    },
    {
      path: '^src/projections/(projection|view-projection|bookkeeping|together)\\.ts$',
      why: 'the transaction around those writes; checkpoints and revisions belong to no workspace',
    },
    {
      path: '^src/projections/(projections|rebuild)\\.ts$',
      why: 'positions of read models, and making them anew: for all workspaces at once',
    },
    {
      path: '^src/sagas/interpret-prompt/kept-replies\\.ts$',
      why: 'deletes what has been kept long enough, also of workspaces where nothing happens any more',
    },
  ],
  /** Statements that are not asked for a workspace: of a room, of a file, or the one that has this name in a file. */
  statements: [
    { path: '^src/event-store/', why: 'the log: read by stream, and whole by those who deliver it' },
    {
      path: '^src/event-bus/',
      why: 'delivers the events of all workspaces; dead letters are filtered by id',
    },
    { path: '^src/platform/(database|jobs)/', why: 'migrations, and workers of jobs of any workspace' },
    {
      path: '^src/platform/files/postgres-file-store\\.ts$',
      name: 'DELETE_ABANDONED',
      why: 'uploads that were given up, of everybody: what an hourly job takes away',
    },
    {
      path: '^src/audit-chain/(chain-log|checkpoints|lag)\\.ts$',
      why: 'chains the events of all workspaces, each into its own chain; keys and progress belong to none',
    },
    {
      path: '^src/audit-chain/verify/foreign-events\\.ts$',
      why: 'looks for events of other workspaces where none may be; tells their places alone',
    },
    {
      path: '^src/audit-chain/verify/trail\\.ts$',
      why: "how far the trail's projection is, by streams that were read in the workspace",
    },
    { path: '^src/identity/users/', why: 'people, who are the same in all their workspaces' },
    {
      path: '^src/identity/sessions/',
      why: 'sign-ins of people, and which of their workspaces one leads to; keys of the installation',
    },
    {
      path: '^src/identity/keys/api-keys\\.ts$',
      name: 'SELECT_CALLER',
      why: 'finds out which workspace a key belongs to',
    },
    {
      path: '^src/identity/members/members\\.sql\\.ts$',
      name: 'SELECT_INVITATION',
      why: 'finds out which workspace a link belongs to',
    },
    {
      path: '^src/identity/members/members\\.sql\\.ts$',
      name: 'SELECT_WORKSPACES',
      why: "a person's own workspaces",
    },
    {
      path: '^src/composition/queues\\.ts$',
      why: 'how long the queues of the installation are: a number, for all of them',
    },
    { path: '^src/identity/workspaces\\.ts$', why: 'makes workspaces' },
    { path: '^src/[^/]+\\.ts$', why: "commands of the installation's operator" },
  ],
  /** Files of the scoped rooms that ask the log for events otherwise than by readWorkspaceStream. */
  streams: [
    { path: '^src/commands/stream-writer\\.ts$', why: 'finds an event by id, and compares its stream' },
    {
      path: '^src/commands/catalogue/catalogue-writer\\.ts$',
      why: "finds a change set by its first event, and compares the stream with the workspace's own catalogue",
    },
    {
      path: '^src/api/dead-letters/redrives\\.ts$',
      why: "finds a command's event, and compares the stream with the workspace's own",
    },
    { path: '^src/projections/projections\\.ts$', why: 'finds out whose event a position is' },
    { path: '^src/projections/rebuild\\.ts$', why: 'reads the whole log' },
  ],
};
