/** Two logs in one, written through the real store: drafts from prompt to done, and a catalogue that is changed 20 products at a time. */
import { randomUUID } from 'node:crypto';
import type { ProductChange } from '../../src/catalogue/product.js';
import { flatten } from '../../src/catalogue/difference.js';
import type { NewEvent } from '../../src/events/contract.js';
import { CHANGES_PER_EVENT_MAX } from '../../src/events/catalogue.events.js';
import type { DraftEvent, PlanRow } from '../../src/events/draft.events.js';
import { eventIds } from '../../src/events/event-ids.js';
import { catalogueStream, draftStream } from '../../src/events/streams.js';
import type { EventStore } from '../../src/event-store/event-store.js';

const ROWS_PER_DRAFT = 20;
const CHANGES_PER_EVENT = 20;
/** Drafts under way at once: their events lie between each other's, as a busy day's do. */
const DRAFTS_AT_ONCE = 16;
const AT = '2026-03-01T10:00:00.000Z';

type Appendable = Pick<EventStore, 'append'>;

async function append(
  store: Appendable,
  workspaceId: string,
  streamId: string,
  events: { type: string; data: unknown }[],
): Promise<void> {
  const commandId = randomUUID();
  const ids = eventIds(commandId, events.length);
  const metadata = { userId: randomUUID(), commandId, correlationId: commandId, causationId: null };
  const recorded = events.map(({ type, data }, index): NewEvent => ({
    eventId: ids[index]!,
    type,
    schemaVersion: 1,
    data,
  }));
  const result = await store.append({
    workspaceId,
    streamId,
    expectedRevision: 'any',
    events: recorded,
    metadata,
  });
  if (result.outcome !== 'appended') throw new Error(`${streamId}: ${result.outcome}`);
}

/** Answers how many events were written. */
export async function writeDrafts(store: Appendable, drafts: number): Promise<number> {
  const workspaceId = randomUUID();
  let begun = 0;
  let written = 0;
  const person = async () => {
    while (begun < drafts) {
      begun += 1;
      const draftId = randomUUID();
      for (const events of lifeOf(draftId, workspaceId)) {
        await append(store, workspaceId, draftStream(draftId), events);
        written += events.length;
      }
    }
  };
  await Promise.all(Array.from({ length: DRAFTS_AT_ONCE }, person));
  return written;
}

/** As the sagas append them. */
function lifeOf(draftId: string, workspaceId: string): DraftEvent[][] {
  const [userId, changeSetId] = [randomUUID(), randomUUID()];
  const planHash = `sha256:${'0'.repeat(64)}`;
  const query = { field: 'name', op: 'contains' as const, value: 'phone' };
  const row = (_: unknown, ordinal: number): PlanRow => ({
    productId: randomUUID(),
    sku: `PHONE-${ordinal}`,
    name: `Phone ${ordinal} Silver 256 GB`,
    version: 4,
    before: { price: '1000.00' },
    after: { price: '900.00' },
  });
  return [
    [
      {
        type: 'DraftCreated',
        data: {
          draftId,
          workspaceId,
          userId,
          prompt: 'lower the price of phones by 10 percent',
          clientRequestId: randomUUID(),
          undoOf: null,
          explanation: null,
          createdAt: AT,
        },
      },
    ],
    [
      { type: 'ParsingStarted', data: { attempt: 1, startedAt: AT } },
      {
        type: 'Parsed',
        data: {
          task: {
            entity: 'product',
            action: 'update',
            queries: [query],
            data: [{ field: 'price', op: 'decrease_percent', value: '10' }],
          },
          language: 'en',
          explanation: 'Lower price by 10 % where name contains “phone”',
          interpreter: { kind: 'rules', version: '1' },
          warnings: [],
          latencyMs: 3,
        },
      },
    ],
    [
      {
        type: 'PreviewBuilt',
        data: {
          planHash,
          catalogueRevision: 7,
          summary: { matched: ROWS_PER_DRAFT, changed: ROWS_PER_DRAFT, unchanged: 0 },
          rows: Array.from({ length: ROWS_PER_DRAFT }, row),
          overflowPlanId: null,
          warnings: [],
          requires: ['confirmation'],
          builtAt: AT,
          expiresAt: AT,
        },
      },
    ],
    [
      {
        type: 'Confirmed',
        data: { planHash, exclude: [], edits: [], confirmedBy: userId, confirmedAt: AT },
      },
      { type: 'ExecutionQueued', data: { queuedAt: AT } },
    ],
    [{ type: 'ExecutionStarted', data: { changeSetId, startedAt: AT } }],
    [
      {
        type: 'Executed',
        data: { changeSetId, catalogueRevision: 8, changed: ROWS_PER_DRAFT, executedAt: AT },
      },
    ],
  ];
}

/** One product of the made catalogue, as far as changes need it. */
interface Known {
  productId: string;
  version: number;
  cents: number;
  stock: number;
  category: string;
}

/** An import of `products`, then `events` change sets of 20: of ten, seven change prices, two stock and one the category. */
export async function writeCatalogue(
  store: Appendable,
  { products, events }: { products: number; events: number },
): Promise<number> {
  const workspaceId = randomUUID();
  const known = Array.from({ length: products }, (_, i): Known => ({
    productId: randomUUID(),
    version: 1,
    cents: 1_000 + i,
    stock: i % 500,
    category: 'Phones',
  }));
  let written = 0;
  const write = async (origin: object, changes: ProductChange[]) => {
    const changeSet = { changeSetId: randomUUID(), userId: randomUUID(), chunk: 1, chunks: 1 };
    const data = { ...changeSet, origin, total: changes.length, changes, changedAt: AT };
    await append(store, workspaceId, catalogueStream(workspaceId), [{ type: 'ProductsChanged', data }]);
    written += 1;
  };
  for (let from = 0; from < products; from += CHANGES_PER_EVENT_MAX)
    await write(
      { kind: 'import', importId: randomUUID() },
      known.slice(from, from + CHANGES_PER_EVENT_MAX).map((product, index) => added(product, from + index)),
    );
  for (let event = 0; event < events; event += 1) {
    // A prime step: neighbours in the log touch different products, and every product has its turn.
    const first = (event * 7_919) % (products - CHANGES_PER_EVENT);
    await write(
      { kind: 'draft', draftId: randomUUID() },
      known.slice(first, first + CHANGES_PER_EVENT).map((product) => changed(product, event)),
    );
  }
  return written;
}

const price = (cents: number) => (cents / 100).toFixed(2);

function added(product: Known, i: number): ProductChange {
  const after = flatten({
    sku: `SKU-${i}`,
    name: `Series${i % 200} Phone ${['Silver', 'Black', 'White', 'Blue'][i % 4]}`,
    price: price(product.cents),
    stock: product.stock,
    category: product.category,
    brand: `Brand${i % 40}`,
    fields: { color: ['silver', 'black', 'white', 'blue'][i % 4]!, size: ['S', 'M', 'L', 'XL'][i % 4]! },
  });
  return { productId: product.productId, baseVersion: 0, op: 'add', before: null, after };
}

function changed(product: Known, event: number): ProductChange {
  const { productId, version } = product;
  product.version += 1;
  const [before, after] = valuesOf(product, event % 10);
  return { productId, baseVersion: version, op: 'update', before, after };
}

function valuesOf(product: Known, kind: number): [ProductChange['before'], ProductChange['after']] {
  const { cents, stock, category } = product;
  if (kind < 7) {
    product.cents = cents + 1;
    return [{ price: price(cents) }, { price: price(product.cents) }];
  }
  if (kind < 9) {
    product.stock = (stock + 1) % 500;
    return [{ stock }, { stock: product.stock }];
  }
  product.category = category === 'Phones' ? 'Smart phones' : 'Phones';
  return [{ category }, { category: product.category }];
}
