/**
 * Whether a workspace's log is what was chained: the chain is computed again from the events themselves and compared
 * with the stored one, the checkpoints with the chain, the audit trail with the events. Page by page; ends at the first
 * thing that is not as it was.
 */
import type { Database } from '../../platform/database/database.js';
import { progressOf } from '../chain-log.js';
import { beginningOf, ChainWalk, type Anchor, type Finding } from '../chain-walk.js';
import { registeredKeys } from '../checkpoints.js';
import type { Checkpoint } from '../encoding.js';
import { shown, type CheckpointShown } from '../export-lines.js';
import type { KeyRing, KeySource } from '../keys.js';
import { PROVES } from '../wording.js';
import { comparePage } from './compare.js';
import { WorkspacePages } from './pages.js';
import { foreignEvent } from './foreign-events.js';
import { compareTrail, forgedTrailRow } from './trail.js';

export const PENDING_COUNTED_MAX = 10_000;
const LAST_POSITION = 2n ** 63n - 1n;

/** Where to begin: the whole chain, behind its last checkpoint, or behind a link that an earlier answer ended at. */
export type VerifyFrom = 'beginning' | 'last-checkpoint' | bigint;

export interface VerifyOptions {
  from: VerifyFrom;
  /** A longer chain is answered in parts. */
  budgetMs: number;
}

export interface Verification {
  /** Nothing was found in what was checked. */
  whole: boolean;
  /** False: time was up; go on behind link `checked.upTo.seq`. */
  complete: boolean;
  firstBad: Finding | null;
  /** Behind a link up to another; 0: from the beginning. */
  checked: { events: number; after: { seq: string }; upTo: { seq: string; position: string } };
  /** Not in the chain yet, and rows not yet in the trail; `events` counts up to PENDING_COUNTED_MAX. */
  pending: { events: number; trailRows: number };
  /** `keySource` null: nobody knows its key. */
  lastCheckpoint: (CheckpointShown & { keySource: KeySource | null }) | null;
  proves: readonly string[];
  doesNotProve: readonly string[];
}

/** Null: there is no such link to begin behind. */
export async function verifyWorkspace(
  { database, keys }: { database: Database; keys: KeyRing },
  workspaceId: string,
  options: VerifyOptions,
): Promise<Verification | null> {
  const pages = new WorkspacePages(database, workspaceId);
  const known = keys.with(await registeredKeys(database));
  const [last] = await pages.newestCheckpoints(null, 1);
  const begin = await beginning(pages, options.from, last);
  if (!begin) return null;
  const upTo = await chainedUpTo(database, pages);
  const run = new Run({
    database,
    pages,
    signedSeq: last?.seq ?? 0n,
    upTo,
    walk: new ChainWalk(begin, (keyId) => known.get(keyId)),
  });
  const signed = options.from === 'last-checkpoint' && last ? run.walk.checkpoint(last) : null;
  const firstBad = signed ?? (await run.all(options.budgetMs));
  const { seq, position } = run.walk.at;
  return {
    whole: firstBad === null,
    complete: run.complete,
    firstBad,
    checked: {
      events: run.events,
      after: { seq: String(begin.seq) },
      upTo: { seq: String(seq), position: seq === 0n ? '0' : String(position) },
    },
    pending: {
      events: await pages.pending(upTo, PENDING_COUNTED_MAX),
      trailRows: run.trailPending,
    },
    lastCheckpoint: last ? { ...shown(last), keySource: known.get(last.keyId)?.source ?? null } : null,
    proves: PROVES.online,
    doesNotProve: PROVES.not,
  };
}

/** Every event of the workspace up to it should have a link, whichever of the two was meddled with. */
export async function chainedUpTo(database: Database, pages: WorkspacePages): Promise<bigint> {
  const [progress, head] = [await progressOf(database), await pages.head()];
  return progress > head ? progress : head;
}

async function beginning(
  pages: WorkspacePages,
  from: VerifyFrom,
  last: Checkpoint | undefined,
): Promise<Anchor | null> {
  const seq = from === 'last-checkpoint' ? last?.seq : from;
  if (seq === undefined || seq === 'beginning' || seq === 0n) return beginningOf(pages.workspaceId);
  const link = await pages.linkAt(seq);
  return link && { seq: link.seq, position: BigInt(link.position), chainHash: link.chainHash };
}

/** In the log; what has no place there is behind all that has. Of two at one place, the one named first. */
function firstOf(findings: readonly (Finding | null)[]): Finding | null {
  const placed = findings.filter((finding) => finding !== null);
  const place = ({ position }: Finding) => (position === null ? LAST_POSITION : BigInt(position));
  return placed.reduce<Finding | null>(
    (first, finding) => (first && place(first) <= place(finding) ? first : finding),
    null,
  );
}

interface RunParts {
  database: Database;
  pages: WorkspacePages;
  /** The last checkpoint when the run began: of those signed meanwhile one may be seen without the one before it. */
  signedSeq: bigint;
  /** Everything up to here was chained when the run began. */
  upTo: bigint;
  walk: ChainWalk;
}

class Run {
  events = 0;
  trailPending = 0;
  complete = false;
  readonly walk: ChainWalk;

  constructor(private readonly parts: RunParts) {
    this.walk = parts.walk;
  }

  async all(budgetMs: number): Promise<Finding | null> {
    const deadline = performance.now() + budgetMs;
    do {
      const finding = await this.page();
      if (finding || this.complete) return finding;
    } while (performance.now() < deadline);
    return null;
  }

  /** The next page; the last one is the empty stretch behind the last event. */
  private async page(): Promise<Finding | null> {
    const { database, pages, upTo } = this.parts;
    const after = this.walk.at.position;
    const events = await pages.events(after, upTo);
    const to = BigInt(events.at(-1)?.position ?? upTo);
    const links = await pages.links(this.walk.at.seq, events.length + 1);
    const checkpoints = await pages.checkpoints(this.walk.at.seq, this.lastSigned(events.length));
    const { finding, sound } = comparePage(this.walk, {
      events,
      links,
      to,
      checkpoints: new Map(checkpoints.map((checkpoint) => [checkpoint.seq, checkpoint])),
    });
    this.events += sound;
    const soundTo = finding ? BigInt(events[sound - 1]?.position ?? after) : to;
    const range = { events: events.slice(0, sound), after, to: soundTo };
    const trail = await compareTrail(database, pages.workspaceId, range);
    this.trailPending += trail.pending;
    const foreign = await foreignEvent(database, pages.workspaceId, range.events);
    const first = firstOf([trail.finding, finding, foreign]);
    if (first) return first;
    if (events.length > 0) return null;
    this.complete = true;
    return this.end();
  }

  /** The last of so many links whose checkpoint is to be looked at. */
  private lastSigned(links: number): bigint {
    const last = this.walk.at.seq + BigInt(links);
    return last < this.parts.signedSeq ? last : this.parts.signedSeq;
  }

  private async end(): Promise<Finding | null> {
    const { database, pages, upTo } = this.parts;
    const checkpoint = await pages.checkpointWithoutLink(this.walk.at.seq);
    if (checkpoint) {
      const unsigned = this.walk.checkpoint(checkpoint);
      return unsigned && unsigned.what !== 'CHECKPOINT_DOES_NOT_MATCH'
        ? unsigned
        : this.walk.beyond(checkpoint);
    }
    return forgedTrailRow(database, pages.workspaceId, upTo);
  }
}
