/** One run: a house full of users, faults from a seed, and a verdict on what is left when it is quiet again. */
import { Faults } from './faults.js';
import {
  catalogueLines,
  expectedProducts,
  wishesOf,
  workspaceOf,
  type Attempt,
  type Scale,
  type Wish,
} from './model.js';
import { plannedFaults, type FaultCounts } from './plan.js';
import { randomOf } from './random.js';
import { Stage } from './stage.js';
import { Timeline } from './timeline.js';
import { User } from './user.js';
import { verdictOf, type Verdict } from './verdict.js';

/** What fails so often will not get better. */
const FAILURES_MAX = 20;

export interface ChaosOptions {
  seed: number;
  scale: Scale;
  faults: FaultCounts;
  /** PostgreSQL with fsync. */
  durable: boolean;
  /** Settings of the program that differ from its own. */
  environment: Record<string, string>;
  say(line: string): void;
}

export interface ChaosReport extends Verdict {
  drafts: number;
  refused: number;
  /** Requests that were sent again because nobody answered. */
  repeatedRequests: number;
  /** From the first draft to the end of the last. */
  workMs: number;
  /** From opening a draft to seeing it done, in ms. */
  draftMs: { p50: number; p99: number; max: number };
  timeline: readonly string[];
  /** Where the processes' logs are; null when nothing was found and they were removed. */
  logFolder: string | null;
}

/** Throws only when the stage cannot be set; everything else is a finding. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, scale, durable, environment, say } = options;
  const timeline = new Timeline(say);
  const stage = await Stage.open({ durable, environment, timeline });
  let keepLogs = true;
  try {
    const members = stage.all.map(({ name, pid }) => `${name} (${pid})`).join(', ');
    timeline.note(`every process is ready: ${members}`);
    const apiKeys = await stage.openWorkspaces(scale.workspaces);
    const users = Array.from({ length: scale.users }, (_, index) =>
      userOf(stage, apiKeys[workspaceOf(scale, index)]!, seed, index),
    );
    // The first users belong to one workspace each.
    for (let workspace = 0; workspace < scale.workspaces; workspace += 1)
      await importCatalogue(users[workspace]!, catalogueLines(scale, workspace));
    timeline.note(`${expectedProducts(scale, []).length} products are imported`);

    const plan = plannedFaults(seed, scale.drafts, options.faults);
    const faults = new Faults({ stage, plan, timeline });
    const startedAt = performance.now();
    const granting = grantAll({ seed, scale, users, faults, timeline });
    const faulty = faults.run();
    const { wishes, attempts, failures } = await granting;
    const workMs = performance.now() - startedAt;
    timeline.note('every user has ended');
    faults.abandon();
    const notMended = await faulty;
    const verdict = await verdictOf(stage, { scale, wishes, attempts });
    const notStopped = await stage.stopMembers();
    timeline.note('every process has ended');

    const complaints = users.flatMap((user) => user.complaints);
    const findings = [...failures, ...complaints, ...notMended, ...verdict.findings, ...notStopped];
    keepLogs = findings.length > 0;
    return {
      ...verdict,
      findings,
      drafts: attempts.length,
      refused: attempts.filter(({ outcome }) => outcome === 'refused').length,
      repeatedRequests: users.reduce((sum, { repeats }) => sum + repeats, 0),
      workMs,
      draftMs: quantiles(attempts.map(({ openedAt, endedAt }) => endedAt - openedAt)),
      timeline: timeline.lines,
      logFolder: keepLogs ? stage.logFolder : null,
    };
  } finally {
    await stage.close({ keepLogs });
  }
}

const userOf = ({ apiUrls: urls }: Stage, apiKey: string, seed: number, index: number) =>
  new User({ urls, apiKey, random: randomOf(seed, 100 + index), name: `chaos-${seed}-${index}` });

interface Granting {
  seed: number;
  scale: Scale;
  users: readonly User[];
  faults: Faults;
  timeline: Timeline;
}

/**
 * Each user's wishes one after another, all users at once, until each has had its share and the last fault is over: no
 * fault meets an empty house. A wish that fails is told of; its user goes on.
 */
async function grantAll({ seed, scale, users, faults, timeline }: Granting) {
  const wishes: Wish[] = [];
  const attempts: Attempt[] = [];
  const failures: string[] = [];
  const share = Math.ceil(scale.drafts / users.length);
  await Promise.all(
    users.map(async (user, index) => {
      let had = 0;
      for (const wish of wishesOf(seed, scale, index)) {
        if (had >= share && faults.over) break;
        if (failures.length > FAILURES_MAX) break;
        had += 1;
        wishes.push(wish);
        try {
          attempts.push(...(await user.grant(wish)));
        } catch (error) {
          failures.push((error as Error).message);
          timeline.note((error as Error).message);
        }
        faults.draftEnded();
      }
    }),
  );
  return { wishes, attempts, failures };
}

async function importCatalogue(user: User, lines: readonly string[]): Promise<void> {
  const started = await user.send('POST', '/products/import', lines.join('\n'));
  const importId = String(started.body['importId']);
  for (;;) {
    const { body } = await user.send('GET', `/imports/${importId}`);
    if (body['status'] === 'done' && body['rejectedCount'] === 0) return;
    if (body['status'] !== 'running') throw new Error(`the import ended: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function quantiles(samples: readonly number[]) {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
