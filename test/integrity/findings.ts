/**
 * Checkers of what must hold in a database once everything in it has come to rest, whatever happened on the way. Each
 * answers findings in words, none where all is well; they read the log and the tables, and share no code with what
 * wrote them but the contracts of the events.
 */
import { parseStreamId, type Topic } from '../../src/events/streams.js';
import type { EventBus } from '../../src/event-bus/event-bus.js';
import { loadLayouts } from '../../src/event-bus/kafka/layout-cache.js';
import { layoutAt, partitionOfKey, type Layout } from '../../src/event-bus/kafka/partitions.js';
import { readEvent, type ReadEvent } from '../../src/events/registry.js';
import type { DraftEvent } from '../../src/events/draft.events.js';
import type { FieldChanges } from '../../src/catalogue/product.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { Database } from '../../src/platform/database/database.js';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import { rebuild } from '../../src/projections/rebuild.js';
import { brokenLaw, isAccount } from '../support/draft-laws.js';
import { wholeLog } from '../support/events.js';

export interface Shop {
  database: Database;
  store: EventStore;
}

type CatalogueFact = Extract<ReadEvent, { type: 'ProductsChanged' }>;
type ChangeOf = CatalogueFact['data']['changes'][number];

/** All checkers of a database at rest. */
export async function findings(shop: Shop): Promise<string[]> {
  const log = (await wholeLog(shop.store)).map(readEvent);
  return [
    ...unfinishedDrafts(log),
    ...brokenHistories(log),
    ...gapsInStreams(log),
    ...wrongChangeSets(log),
    ...wronglyCountedExecutions(log),
    ...(await differencesFromTheLog(shop, log)),
    ...(await differencesFromARebuild(shop)),
    ...(await leftovers(shop)),
  ];
}

/** Statuses in which a draft waits for nobody but the machine. */
const RESTLESS = new Set<DraftEvent['type']>([
  'DraftCreated',
  'ParsingStarted',
  'Parsed',
  'ClarificationAnswered',
  'Confirmed',
  'ExecutionQueued',
  'ExecutionStarted',
]);

export function unfinishedDrafts(log: readonly ReadEvent[]): string[] {
  return [...draftHistories(log)].flatMap(([draftId, history]) => {
    const last = history.findLast((event) => !isAccount(event))!.type;
    return RESTLESS.has(last) ? [`draft ${draftId} was left after ${last}`] : [];
  });
}

export function brokenHistories(log: readonly ReadEvent[]): string[] {
  return [...draftHistories(log)].flatMap(([draftId, history]) => {
    const broken = brokenLaw(history);
    return broken ? [`draft ${draftId}: ${broken}`] : [];
  });
}

export function gapsInStreams(log: readonly ReadEvent[]): string[] {
  const next = new Map<string, number>();
  return log.flatMap(({ streamId, revision }) => {
    const expected = next.get(streamId) ?? 0;
    next.set(streamId, revision + 1);
    return revision === expected ? [] : [`${streamId}: revision ${revision} where ${expected} was due`];
  });
}

/** Change sets are whole, come once, and each of their changes starts from what the ones before it left. */
export function wrongChangeSets(log: readonly ReadEvent[]): string[] {
  const found: string[] = [];
  const shelves = new Shelves();
  const seen = new Set<string>();
  const facts = catalogueFacts(log);
  for (const [index, event] of facts.entries()) {
    const { changeSetId, chunk, chunks, changes } = event.data;
    const place = `${event.streamId}, revision ${event.revision}`;
    if (chunk === 1 && seen.has(changeSetId)) found.push(`${place}: change set ${changeSetId} comes again`);
    seen.add(changeSetId);
    if (chunk < chunks && !continues(event, facts[index + 1]))
      found.push(`${place}: change set ${changeSetId} ends after chunk ${chunk} of ${chunks}`);
    for (const change of changes)
      found.push(...shelves.apply(event.workspaceId, change).map((fault) => `${place}: ${fault}`));
  }
  return found;
}

/** A draft that was executed has exactly one change set, and one that was not has none. */
export function wronglyCountedExecutions(log: readonly ReadEvent[]): string[] {
  const applied = new Map<string, Set<string>>();
  for (const { data } of catalogueFacts(log))
    if ('draftId' in data.origin) {
      const known = applied.get(data.origin.draftId) ?? new Set();
      applied.set(data.origin.draftId, known.add(data.changeSetId));
    }
  return [...draftHistories(log)].flatMap(([draftId, history]) => {
    const executed = history.find((event) => event.type === 'Executed');
    const sets = applied.get(draftId) ?? new Set();
    if (sets.size !== (executed ? 1 : 0))
      return [`draft ${draftId} has ${sets.size} change sets and was ${executed ? '' : 'not '}executed`];
    return executed?.type === 'Executed' && !sets.has(executed.data.changeSetId)
      ? [`draft ${draftId} says it made ${executed.data.changeSetId}, the catalogue ${[...sets].join()}`]
      : [];
  });
}

/** Products, their history and their change sets are what the log says: told by a fold of this file's own. */
export async function differencesFromTheLog(
  { database }: Shop,
  log: readonly ReadEvent[],
): Promise<string[]> {
  const shelves = new Shelves();
  const history = new Set<string>();
  const changeSets = new Set<string>();
  for (const { workspaceId, data } of catalogueFacts(log)) {
    changeSets.add(`${workspaceId} ${data.changeSetId} ${data.total}`);
    for (const change of data.changes) {
      shelves.apply(workspaceId, change);
      history.add(`${workspaceId} ${change.productId} ${change.baseVersion + 1} ${data.changeSetId}`);
    }
  }
  const products = new Set(shelves.lines());
  return [
    ...differences('products', products, await productLines(database)),
    ...differences(
      'product_history',
      history,
      await lines(
        database,
        `SELECT concat_ws(' ', workspace_id, product_id, version, change_set_id) AS line FROM product_history`,
      ),
    ),
    ...differences(
      'change_sets',
      changeSets,
      await lines(
        database,
        `SELECT concat_ws(' ', workspace_id, change_set_id, total) AS line FROM change_sets`,
      ),
    ),
  ];
}

/** Every read model equals one that is built anew from the log, and stands at its end. */
export async function differencesFromARebuild({ database, store }: Shop): Promise<string[]> {
  const found: string[] = [];
  const bus = { partitionOf: partitionsOf(await loadLayouts(database)) };
  for (const projection of ALL_PROJECTIONS) {
    try {
      const report = await rebuild({ database, store, bus, projection, switchOver: 'never' });
      for (const { table, onlyLive, onlyRebuilt } of report.differences)
        if (onlyLive > 0 || onlyRebuilt > 0)
          found.push(`${table}: ${onlyLive} rows only live, ${onlyRebuilt} only in a rebuild`);
    } catch (error) {
      found.push(`${projection.name} cannot be rebuilt: ${(error as Error).message}`);
    }
  }
  return found;
}

/** The embedded bus has one partition per topic; on Kafka the relay has written down how they are laid out. */
const partitionsOf =
  (layouts: Map<Topic, Layout[]>): EventBus['partitionOf'] =>
  (topic, key, position) => {
    const known = layouts.get(topic);
    return known ? partitionOfKey(key, layoutAt(known, position).partitions) : 0;
  };

/** Nothing was set aside, no job is stuck or has failed for good, no upload lies about. */
export async function leftovers({ database }: Pick<Shop, 'database'>): Promise<string[]> {
  return [
    ...(await lines(
      database,
      `SELECT concat_ws(' ', 'dead letter of', group_name, reason, event->>'type', error_message) AS line
         FROM dead_letters`,
    )),
    ...(await lines(
      database,
      // Alarms of drafts that wait for their user are due later, and are no leftovers.
      `SELECT concat_ws(' ', 'job', task_identifier, key, 'attempts', attempts, locked_by, last_error) AS line
         FROM graphile_worker.jobs
        WHERE run_at <= now() OR locked_at IS NOT NULL OR last_error IS NOT NULL`,
    )),
    ...(await lines(database, `SELECT concat_ws(' ', 'file', file_id) AS line FROM files`)),
    ...(await lines(
      database,
      `SELECT DISTINCT concat_ws(' ', 'chunks of no file, upload', upload_id) AS line FROM file_chunks
        WHERE upload_id NOT IN (SELECT upload_id FROM files)`,
    )),
  ];
}

/** Products by workspace and id, each change checked against what it says it starts from. */
class Shelves {
  private readonly products = new Map<string, { version: number; values: FieldChanges | null }>();

  apply(workspaceId: string, { productId, baseVersion, op, before, after }: ChangeOf): string[] {
    const key = `${workspaceId} ${productId}`;
    const known = this.products.get(key) ?? { version: 0, values: null };
    const found: string[] = [];
    if (known.version !== baseVersion)
      found.push(`${productId}: ${op} from version ${baseVersion}, but it is at ${known.version}`);
    if ((op === 'add') !== (known.values === null)) found.push(`${productId}: ${op} of what is not there to`);
    for (const [field, value] of Object.entries(before ?? {}))
      if ((known.values?.[field] ?? null) !== value)
        found.push(`${productId}: ${field} was ${known.values?.[field]}, not ${value}`);
    const values = op === 'delete' ? null : { ...known.values, ...after };
    this.products.set(key, { version: baseVersion + 1, values });
    return found;
  }

  *lines(): Generator<string> {
    for (const [key, { version, values }] of this.products)
      if (values) yield `${key} ${version} ${canonical(values)}`;
  }
}

async function productLines(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ key: string; version: number; values: FieldChanges }>(
    `SELECT concat_ws(' ', workspace_id, product_id) AS key, version,
            fields || jsonb_build_object('sku', sku, 'name', name, 'price', price::text, 'stock', stock,
                                         'category', category, 'brand', brand) AS values
       FROM products WHERE NOT deleted`,
  );
  return rows.map(({ key, version, values }) => `${key} ${version} ${canonical(values)}`);
}

/** By content: the order of keys means nothing, and a field without a value is no field. */
function canonical(values: FieldChanges): string {
  const present = Object.entries(values).filter(([, value]) => value !== null);
  return JSON.stringify(present.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function differences(table: string, expected: ReadonlySet<string>, found: string[]): string[] {
  const live = new Set(found);
  return [
    ...[...expected].filter((line) => !live.has(line)).map((line) => `${table} lacks ${line}`),
    ...found.filter((line) => !expected.has(line)).map((line) => `${table} has ${line}`),
    ...(live.size < found.length ? [`${table} has rows twice`] : []),
  ];
}

async function lines(database: Database, statement: string): Promise<string[]> {
  return (await database.query<{ line: string }>(statement)).rows.map(({ line }) => line);
}

const catalogueFacts = (log: readonly ReadEvent[]) =>
  log.filter((event): event is CatalogueFact => event.type === 'ProductsChanged');

/** One append is one piece of the log: nothing of another stream stands between its events. */
const continues = ({ streamId, data }: CatalogueFact, next: CatalogueFact | undefined) =>
  next?.streamId === streamId &&
  next.data.changeSetId === data.changeSetId &&
  next.data.chunk === data.chunk + 1;

function draftHistories(log: readonly ReadEvent[]): Map<string, DraftEvent[]> {
  const histories = new Map<string, DraftEvent[]>();
  for (const event of log) {
    const { kind, id } = parseStreamId(event.streamId);
    if (kind !== 'draft') continue;
    const history = histories.get(id) ?? [];
    history.push(event as DraftEvent);
    histories.set(id, history);
  }
  return histories;
}
