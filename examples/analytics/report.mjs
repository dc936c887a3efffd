/** `node report.mjs`: the counts as a table, one line per hour over all workspaces. */
import { load } from './counts-file.mjs';

const { hours, skipped } = await load(process.env.ANALYTICS_FILE ?? 'analytics.json');
const total = (workspaces, pick) => workspaces.reduce((sum, counts) => sum + pick(counts), 0);
const money = (workspaces) => {
  const sum = workspaces.reduce((cents, { valueMoved }) => cents + BigInt(valueMoved.replace('.', '')), 0n);
  return `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`;
};

console.table(
  Object.entries(hours)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([hour, byWorkspace]) => {
      const workspaces = Object.values(byWorkspace);
      const outcome = (name) => total(workspaces, ({ outcomes }) => outcomes[name] ?? 0);
      return {
        hour,
        drafts: total(workspaces, ({ drafts }) => drafts),
        executed: outcome('executed'),
        failed: outcome('failed'),
        clarified: outcome('clarified'),
        cancelled: outcome('cancelled'),
        expired: outcome('expired'),
        undone: outcome('undone'),
        rowsChanged: total(workspaces, ({ rowsChanged }) => rowsChanged),
        valueMoved: money(workspaces),
      };
    }),
);
console.log(
  `Passed over: ${skipped.repeated} repeated, ${skipped.unreadable} unreadable, ${skipped.newerVersion} of a newer version.`,
);
