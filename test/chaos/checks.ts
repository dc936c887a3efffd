/**
 * Checkers that only a run with a model and with Kafka can have; those of a database at rest are in
 * `test/integrity/findings.ts`. Each answers in words, nothing where all is well. Pure.
 */
import { expectedProducts, type Attempt, type ExpectedProduct, type Scale, type Wish } from './model.js';

/** A list of thousands of findings helps nobody: the first ones of a kind, and how many there are. */
const SHOWN_MAX = 10;

export function shortened(findings: readonly string[]): string[] {
  const rest = findings.length - SHOWN_MAX;
  return rest > 0 ? [...findings.slice(0, SHOWN_MAX), `and ${rest} more like these`] : [...findings];
}

/** Every wish was granted once, and a refusal had a reason: another draft changed the group while this one was open. */
export function unexplainedOutcomes(all: readonly Wish[], attempts: readonly Attempt[]): string[] {
  const granted = Map.groupBy(
    attempts.filter(({ outcome }) => outcome === 'done'),
    ({ wish }) => wish.ordinal,
  );
  const counted = all.flatMap(({ ordinal }) => {
    const times = granted.get(ordinal)?.length ?? 0;
    return times === 1 ? [] : [`wish ${ordinal} was granted ${times} times`];
  });
  const done = Map.groupBy([...granted.values()].flat(), ({ wish }) => wish.group);
  const refused = attempts.filter(({ outcome }) => outcome === 'refused');
  return [
    ...counted,
    ...refused.flatMap((attempt) =>
      (done.get(attempt.wish.group) ?? []).some((other) => overlap(attempt, other))
        ? []
        : [`draft ${attempt.draftId} was refused, but nothing else changed its products meanwhile`],
    ),
  ];
}

const overlap = (one: Attempt, other: Attempt) =>
  one.openedAt <= other.endedAt && other.openedAt <= one.endedAt;

/** Products as the read model has them, against the sum of what was granted. */
export function wrongProducts(
  scale: Scale,
  attempts: readonly Attempt[],
  found: readonly ExpectedProduct[],
): string[] {
  const bySku = new Map(found.map((product) => [product.sku, product]));
  const told = ({ price, stock, version }: ExpectedProduct) =>
    `${price}, ${stock} pieces, version ${version}`;
  const wrong = expectedProducts(scale, attempts).flatMap((expected) => {
    const product = bySku.get(expected.sku);
    bySku.delete(expected.sku);
    if (!product) return [`product ${expected.sku} is lost`];
    const [is, must] = [told(product), told(expected)];
    return is === must ? [] : [`product ${expected.sku} is at ${is}; it must be at ${must}`];
  });
  return [...wrong, ...[...bySku.keys()].map((sku) => `product ${sku} came from nowhere`)];
}

/** What is in the log of a draft: the user's view of its end and the log's must agree, and there are no others. */
export interface LoggedDraft {
  draftId: string;
  /** How many change sets of the catalogue name it. */
  changeSets: number;
  /** Changed rows over all of them. */
  rows: number;
}

export function wrongDrafts(
  scale: Scale,
  attempts: readonly Attempt[],
  logged: readonly LoggedDraft[],
): string[] {
  const byId = new Map(logged.map((draft) => [draft.draftId, draft]));
  const wrong = attempts.flatMap(({ draftId, outcome }) => {
    const draft = byId.get(draftId);
    byId.delete(draftId);
    if (!draft) return [`draft ${draftId} was accepted and is lost`];
    const expected = outcome === 'done' ? [1, scale.rows] : [0, 0];
    return draft.changeSets === expected[0] && draft.rows === expected[1]
      ? []
      : [`draft ${draftId} is ${outcome}, with ${draft.changeSets} change sets of ${draft.rows} rows`];
  });
  return [...wrong, ...[...byId.keys()].map((draftId) => `draft ${draftId} was opened by nobody`)];
}

/** One record as a consumer that knows nothing of this program reads it: key, and what the headers say. */
export interface TopicRecord {
  place: string;
  key: string;
  eventId: string;
  stream: string;
  revision: number;
  position: bigint;
}

/**
 * What a consumer that skips events it has had sees: each event of the log once, each stream from its first revision
 * without a gap, each key in one partition and in the order of the log. Records may come again.
 */
export function wrongRecords(
  records: Iterable<TopicRecord>,
  log: ReadonlySet<string>,
): { findings: string[]; repeats: number } {
  const findings: string[] = [];
  const seen = new Set<string>();
  const nextRevision = new Map<string, number>();
  const keys = new Map<string, { place: string; position: bigint }>();
  let repeats = 0;
  for (const { place, key, eventId, stream, revision, position } of records) {
    const before = keys.get(`${topicOfPlace(place)} ${key}`);
    if (before && before.place !== place) findings.push(`key ${key} is in ${before.place} and in ${place}`);
    if (seen.has(eventId)) {
      repeats += 1;
      continue;
    }
    seen.add(eventId);
    if (!log.has(eventId)) findings.push(`event ${eventId} in ${place} is not in the log`);
    const due = nextRevision.get(stream) ?? 0;
    if (revision !== due) findings.push(`${stream} in ${place}: revision ${revision} where ${due} was due`);
    nextRevision.set(stream, revision + 1);
    if (before && before.position >= position)
      findings.push(`key ${key} in ${place}: position ${position} after ${before.position}`);
    keys.set(`${topicOfPlace(place)} ${key}`, { place, position });
  }
  for (const eventId of log) if (!seen.has(eventId)) findings.push(`event ${eventId} is not in Kafka`);
  return { findings, repeats };
}

const topicOfPlace = (place: string) => place.slice(0, place.lastIndexOf('/'));
