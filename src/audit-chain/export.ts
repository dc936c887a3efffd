/** Writing an export: links in order with the events that stand at their positions, whole or not. */
import { createHash } from 'node:crypto';
import type { Database } from '../platform/database/database.js';
import { registeredKeys } from './checkpoints.js';
import type { Checkpoint, Link, StoredEvent } from './encoding.js';
import { EXPORT_FORMAT, EXPORT_VERSION, linkLine, shown, type ExportLine } from './export-lines.js';
import { encodedKey, type KeyRing } from './keys.js';
import { WorkspacePages } from './verify/pages.js';
import { chainedUpTo, PENDING_COUNTED_MAX } from './verify/verify.js';

/** Between two pages of links; an export holds one page of each in memory. */
const LINKS_PER_PAGE = 500;

export interface ExportParts {
  database: Database;
  keys: KeyRing;
  now: () => Date;
}

/** Pieces of some lines each. What is chained or signed while it is being written is not in it. */
export async function* exportPieces(parts: ExportParts, workspaceId: string): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const counted = { links: 0, checkpoints: 0 };
  for await (const lines of exportLines(parts, workspaceId)) {
    for (const { kind } of lines) {
      if (kind === 'link') counted.links += 1;
      if (kind === 'checkpoint') counted.checkpoints += 1;
    }
    const piece = lines.map(lineText).join('');
    digest.update(piece);
    yield piece;
  }
  yield lineText({
    kind: 'end',
    links: String(counted.links),
    checkpoints: String(counted.checkpoints),
    sha256: digest.digest('hex'),
  });
}

export const lineText = (line: ExportLine): string => `${JSON.stringify(line)}\n`;

async function* exportLines(parts: ExportParts, workspaceId: string): AsyncGenerator<ExportLine[]> {
  const { database, keys, now } = parts;
  const pages = new WorkspacePages(database, workspaceId);
  // Of checkpoints that are signed meanwhile, one may be seen without the one before it: none of them is in it.
  const [signed] = await pages.newestCheckpoints(null, 1);
  const upTo = await chainedUpTo(database, pages);
  const known = keys.with(await registeredKeys(database));
  yield [
    {
      kind: 'header',
      format: EXPORT_FORMAT,
      version: EXPORT_VERSION,
      workspaceId,
      exportedAt: now().toISOString(),
      upToPosition: String(upTo),
      pendingEvents: await pages.pending(upTo, PENDING_COUNTED_MAX),
      publicKeys: [...known.values()].map((key) => ({ keyId: key.keyId, publicKey: encodedKey(key) })),
    },
  ];
  for (let seq = 0n; ;) {
    const links = (await pages.links(seq, LINKS_PER_PAGE)).filter(({ position }) => BigInt(position) <= upTo);
    const last = links.at(-1);
    if (!last) return;
    const checkpoints = await pages.checkpoints(seq, least(last.seq, signed?.seq ?? 0n));
    yield* withEvents(pages, links, new Map(checkpoints.map((one) => [one.seq, one])));
    seq = last.seq;
  }
}

const least = (left: bigint, right: bigint) => (left < right ? left : right);

/** A page of links may have several pages of events. */
async function* withEvents(
  pages: WorkspacePages,
  links: readonly Link[],
  checkpoints: ReadonlyMap<bigint, Checkpoint>,
): AsyncGenerator<ExportLine[]> {
  for (let next = 0; next < links.length;) {
    const rest = links.slice(next);
    const events = await pages.eventsAt(rest.map(({ position }) => position));
    // Cut before its last link: the events behind are on the next page. None at all: none of these has an event.
    const end = events.size === 0 ? rest.length : lastWith(rest, events);
    yield rest.slice(0, end).flatMap((link) => linesOf(link, events, checkpoints.get(link.seq)));
    next += end;
  }
}

const lastWith = (links: readonly Link[], events: ReadonlyMap<string, StoredEvent>): number =>
  links.findLastIndex(({ position }) => events.has(position)) + 1;

function linesOf(
  link: Link,
  events: ReadonlyMap<string, StoredEvent>,
  checkpoint: Checkpoint | undefined,
): ExportLine[] {
  const line = linkLine(link, events.get(link.position) ?? null);
  return checkpoint ? [line, { kind: 'checkpoint', ...shown(checkpoint) }] : [line];
}
