/** A page of events beside its links, and what it means where they differ. Pure. */
import { found, type ChainWalk, type Finding } from '../chain-walk.js';
import { chainHash, digested, eventHash, type Checkpoint, type Link, type StoredEvent } from '../encoding.js';

export interface ChainPage {
  /** Every event of the workspace in a stretch of the log. */
  events: readonly StoredEvent[];
  /** From where the walk is on, one more than there are events if there is one. */
  links: readonly Link[];
  /** By sequence number. */
  checkpoints: ReadonlyMap<bigint, Checkpoint>;
  /** Where the stretch ends. */
  to: bigint;
}

/** Walks on as far as all is well. `sound`: so many events from the beginning of the page. */
export function comparePage(walk: ChainWalk, page: ChainPage): { finding: Finding | null; sound: number } {
  const { events, links, checkpoints, to } = page;
  for (const [index, event] of events.entries()) {
    const finding = compare(walk, event, links[index], page);
    if (finding) return { finding, sound: index };
    const checkpoint = checkpoints.get(walk.at.seq);
    const disagreement = checkpoint && walk.checkpoint(checkpoint);
    if (disagreement) return { finding: disagreement, sound: index };
  }
  const left = links[events.length];
  const finding = left && BigInt(left.position) <= to ? withoutEvent(walk, left) : null;
  return { finding, sound: events.length };
}

function compare(
  walk: ChainWalk,
  event: StoredEvent,
  link: Link | undefined,
  page: ChainPage,
): Finding | null {
  const hash = eventHash(digested(event));
  if (!link) return withoutLink(walk, event);
  const [at, linked] = [BigInt(event.position), BigInt(link.position)];
  if (at === linked) {
    const finding = walk.link(link, hash);
    return finding?.what === 'EVENT_CHANGED' ? (belongingElsewhere(event, link, page) ?? finding) : finding;
  }
  if (link.seq > walk.at.seq + 1n) return withoutLink(walk, event);
  if (link.eventHash === hash)
    return found('LINK_CHANGED', { ...link, position: event.position }, 'the link names another position');
  if (at > linked) return withoutEvent(walk, link);
  return found('EVENT_INSERTED', { position: event.position, seq: null }, 'an event that was never chained');
}

/** At the end of a chain nothing tells an event that was inserted from one whose link was taken away. */
const withoutLink = (walk: ChainWalk, { position }: StoredEvent): Finding =>
  found(
    'LINK_MISSING',
    { position, seq: walk.at.seq + 1n },
    'the event has no link: it was inserted, or its link was taken away',
  );

function withoutEvent(walk: ChainWalk, link: Link): Finding {
  const misplaced = walk.place(link);
  if (misplaced) return misplaced;
  return chainHash(walk.at.chainHash, link.seq, link.eventHash) === link.chainHash
    ? found('EVENT_MISSING', link, 'the event that was chained is not in the log of this workspace')
    : found('LINK_CHANGED', link, 'the link does not follow from the one before it, and has no event');
}

/** Whether the event is another one of the page, moved here. */
function belongingElsewhere(event: StoredEvent, link: Link, { links }: ChainPage): Finding | null {
  const { dataHash, ...rest } = digested(event);
  const home = links.find(
    ({ position, eventHash: expected }) => eventHash({ ...rest, position, dataHash }) === expected,
  );
  return home
    ? found('EVENT_REORDERED', link, `the event that stands here was chained at position ${home.position}`)
    : null;
}
