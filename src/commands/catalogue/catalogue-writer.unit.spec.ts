import { beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueReader, CatalogueSnapshot } from '../../catalogue/catalogue-reader.js';
import { flatten, withChanges } from '../../catalogue/difference.js';
import type { Product, ProductChange, ProductValues } from '../../catalogue/product.js';
import { CHANGES_PER_EVENT_MAX } from '../../events/catalogue.events.js';
import { readEvent } from '../../events/registry.js';
import { catalogueStream } from '../../events/streams.js';
import { EventStoreError, type Append, type AppendResult } from '../../event-store/event-store.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { accept } from '../decision.js';
import { APPEND_ATTEMPTS_MAX, StreamWriter, type CommandContext } from '../stream-writer.js';
import { CatalogueWriter } from './catalogue-writer.js';
import type { WorkspaceRules } from './workspace-rules.js';
import { addProduct, deleteProduct, updateProduct } from './edit-product.js';

const WORKSPACE = '0197a000-0000-7000-8000-0000000000a1';
const USER = '0197a000-0000-7000-8000-0000000000b1';
const NOW = '2026-03-01T10:00:00.000Z';
const idOf = (index: number) => `0197a000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
const [A, B] = [idOf(1), idOf(2)];

/** Fails or is overtaken on demand. */
class TroubledStore extends MemoryEventStore {
  /** Appends that succeed without their answer coming back. */
  lostAnswers = 0;
  /** What happens just before each of the next appends. */
  overtakenBy: (() => Promise<unknown>)[] = [];

  override async append(append: Append): Promise<AppendResult> {
    await this.overtakenBy.shift()?.();
    const result = await super.append(append);
    if (this.lostAnswers === 0) return result;
    this.lostAnswers -= 1;
    throw new EventStoreError('UNAVAILABLE', 'connection lost', true);
  }
}

/** Products as the log has them, folded anew for every question. */
class FoldedCatalogue implements CatalogueReader {
  snapshots = 0;

  constructor(private readonly store: MemoryEventStore) {}

  async snapshot(workspaceId: string, _touched: unknown): Promise<CatalogueSnapshot> {
    this.snapshots += 1;
    const { held, revision } = await this.fold(workspaceId);
    const living = [...held].flatMap(([id, { values }]) => (values ? [[values.sku, id] as const] : []));
    return {
      revision,
      versions: new Map([...held].map(([id, { version, values }]) => [id, { version, deleted: !values }])),
      skuOwners: new Map(living),
    };
  }

  async product(workspaceId: string, productId: string): Promise<Product | null> {
    const found = (await this.fold(workspaceId)).held.get(productId);
    return found?.values ? { ...found.values, productId, version: found.version } : null;
  }

  productsBySku(): Promise<Product[]> {
    throw new Error('not asked by the writer');
  }

  private async fold(workspaceId: string) {
    const events = await this.store.readStream(catalogueStream(workspaceId));
    const held = new Map<string, { version: number; values: ProductValues | null }>();
    for (const event of events.map(readEvent))
      if (event.type === 'ProductsChanged')
        for (const { productId, baseVersion, after } of event.data.changes) {
          const before = held.get(productId)?.values ?? ({ fields: {} } as ProductValues);
          held.set(productId, { version: baseVersion + 1, values: after && withChanges(before, after) });
        }
    return { held, revision: events.length - 1 };
  }
}

const context = (command: number, workspaceId = WORKSPACE): CommandContext & { userId: string } => ({
  workspaceId,
  userId: USER,
  commandId: idOf(0xc000 + command),
  correlationId: 'request-1',
  causationId: null,
});
const values = (sku: string): ProductValues => ({
  sku,
  name: 'Mug',
  price: '9.50',
  stock: 3,
  category: null,
  brand: null,
  fields: {},
});
const add = (productId: string, sku = productId): ProductChange => ({
  productId,
  baseVersion: 0,
  op: 'add',
  before: null,
  after: flatten(values(sku)),
});
const setStock = (productId: string, baseVersion: number, stock = 1): ProductChange => ({
  productId,
  baseVersion,
  op: 'update',
  before: { stock: 3 },
  after: { stock },
});
const changeSet = (id: number, ...changes: ProductChange[]) => ({
  changeSetId: idOf(0xd000 + id),
  origin: { kind: 'draft' as const, draftId: idOf(0xe000 + id) },
  userId: USER,
  changes,
});

let store: TroubledStore;
let reader: FoldedCatalogue;
let catalogue: CatalogueWriter;
/** What the workspace says of changes by hand; nothing, until a spec says otherwise. */
let rules: WorkspaceRules;
/** Another process's: it does not take turns with ours. */
let elsewhere: CatalogueWriter;
const eventCount = async () => (await store.readStream(catalogueStream(WORKSPACE))).length;

beforeEach(() => {
  store = new TroubledStore();
  reader = new FoldedCatalogue(store);
  const now = () => new Date(NOW);
  rules = { judge: async (_, changes) => ({ accepted: true, changes: [...changes] }) };
  const writer = () => new CatalogueWriter(new StreamWriter(store, now), store, reader, rules, now);
  [catalogue, elsewhere] = [writer(), writer()];
});

describe('applying a change set', () => {
  it('is one append, answered with where the catalogue then is', async () => {
    const applied = await catalogue.apply(changeSet(1, add(A), add(B)), context(1));
    const [event] = await store.readStream(catalogueStream(WORKSPACE));
    expect(applied).toEqual({
      accepted: true,
      changeSetId: changeSet(1).changeSetId,
      position: event!.position,
      revision: 0,
    });
  });

  it('is held to the workspace’s rules, but for what a draft has shown and had confirmed', async () => {
    const refusal = { code: 'APPROVAL_REQUIRED' as const, reasons: [] };
    rules.judge = async () => ({ accepted: false, refusal });
    for (const kind of ['manual', 'import'] as const) {
      const origin = kind === 'import' ? { kind, importId: A } : { kind };
      const asked = catalogue.apply({ ...changeSet(1, add(A)), origin }, context(1));
      expect(await asked).toEqual({ accepted: false, refusal });
    }
    expect(await eventCount()).toBe(0);
    expect(await catalogue.apply(changeSet(1, add(A)), context(1))).toMatchObject({ accepted: true });
  });

  it('that was applied before its rules changed is answered from the log', async () => {
    const byHand = { ...changeSet(1, add(A)), origin: { kind: 'manual' as const } };
    const once = await catalogue.apply(byHand, context(1));
    rules.judge = async () => ({ accepted: false, refusal: { code: 'APPROVAL_REQUIRED', reasons: [] } });
    expect(await catalogue.apply(byHand, context(2))).toEqual(once);
  });

  it('without anything left to change is none', async () => {
    rules.judge = async () => ({ accepted: true, changes: [] });
    const byHand = { ...changeSet(1, add(A)), origin: { kind: 'manual' as const } };
    expect(await catalogue.apply(byHand, context(1))).toMatchObject({ accepted: true, changeSetId: null });
    expect(await eventCount()).toBe(0);
  });

  it('twice is the same as once', async () => {
    const once = await catalogue.apply(changeSet(1, add(A)), context(1));
    const again = await catalogue.apply(changeSet(1, add(A)), context(2));
    expect(again).toEqual(once);
    expect(await eventCount()).toBe(1);
  });

  it('twice at the same time is the same as once', async () => {
    const both = [1, 2].map((command) => catalogue.apply(changeSet(1, add(A)), context(command)));
    const [one, other] = await Promise.all(both);
    expect(one).toEqual(other);
    expect(await eventCount()).toBe(1);
  });

  it('again after a crash is answered from the log', async () => {
    store.lostAnswers = 1;
    await expect(catalogue.apply(changeSet(1, add(A)), context(1))).rejects.toThrow('connection lost');
    expect(await catalogue.apply(changeSet(1, add(A)), context(1))).toMatchObject({
      accepted: true,
      revision: 0,
    });
    expect(await eventCount()).toBe(1);
  });

  it('again is answered with its own place, however far the catalogue has gone on', async () => {
    const once = await catalogue.apply(changeSet(1, add(A)), context(1));
    await catalogue.apply(changeSet(2, setStock(A, 1)), context(2));
    expect(await catalogue.apply(changeSet(1, add(A)), context(3))).toEqual(once);
  });

  it('of many rows again is answered with the place of its last event', async () => {
    const changes = Array.from({ length: CHANGES_PER_EVENT_MAX + 1 }, (_, index) => add(idOf(index)));
    const once = await catalogue.apply(changeSet(1, ...changes), context(1));
    expect(once).toMatchObject({ accepted: true, revision: 1 });
    expect(await catalogue.apply(changeSet(1, ...changes), context(1))).toEqual(once);
    expect(await catalogue.find(changeSet(1).changeSetId, WORKSPACE)).toMatchObject({ changes, revision: 1 });
  });

  it('that is refused leaves the catalogue as it is', async () => {
    await catalogue.apply(changeSet(1, add(A)), context(1));
    expect(await catalogue.apply(changeSet(2, add(B), setStock(A, 7)), context(2))).toEqual({
      accepted: false,
      refusal: {
        code: 'VERSION_MISMATCH',
        mismatches: [{ productId: A, expectedVersion: 7, actualVersion: 1 }],
      },
    });
    expect(await eventCount()).toBe(1);
  });
});

describe('change sets that are asked for together', () => {
  const apply = (id: number, ...changes: ProductChange[]) =>
    catalogue.apply(changeSet(id, ...changes), context(id));

  it('are decided on one snapshot, each an append of its own', async () => {
    await apply(1, add(A), add(B));
    reader.snapshots = 0;
    const busy = apply(2, setStock(A, 1, 5));
    const [third, fourth, fifth] = await Promise.all([
      apply(3, setStock(A, 2, 6)),
      apply(4, setStock(B, 1)),
      apply(5, add(idOf(7))),
    ]);
    expect(await busy).toMatchObject({ accepted: true, revision: 1 });
    expect([third, fourth, fifth]).toMatchObject([{ revision: 2 }, { revision: 3 }, { revision: 4 }]);
    expect(reader.snapshots).toBe(1);
  });

  it('see what the ones before them have done, and are refused alone', async () => {
    await apply(1, add(A, 'MUG'), add(B, 'CUP'));
    const rename = (productId: string, before: string, after: string): ProductChange => ({
      productId,
      baseVersion: 1,
      op: 'update',
      before: { sku: before },
      after: { sku: after },
    });
    const busy = apply(2, add(idOf(7)));
    const rest = await Promise.all([
      apply(3, rename(A, 'MUG', 'JUG')),
      apply(4, rename(A, 'MUG', 'POT')),
      apply(5, rename(B, 'CUP', 'JUG')),
      apply(6, add(idOf(8), 'MUG')),
    ]);
    expect(await busy).toMatchObject({ accepted: true });
    expect(rest).toMatchObject([
      { accepted: true },
      { accepted: false, refusal: { code: 'VERSION_MISMATCH' } },
      { accepted: false, refusal: { code: 'SKU_TAKEN', productId: A } },
      { accepted: true },
    ]);
  });

  it('that were applied before are answered so, and leave the snapshot to the others as it is', async () => {
    await apply(1, add(A), add(B));
    for (let id = 2; id <= 14; id += 1) await apply(id, setStock(A, id - 1, id));
    reader.snapshots = 0;
    const busy = apply(20, setStock(B, 1, 1));
    const again = Array.from({ length: 13 }, (_, at) => apply(at + 2, setStock(A, at + 1, at + 2)));
    const late = apply(21, setStock(A, 14, 99));
    expect(await Promise.all([busy, ...again, late])).toMatchObject(
      Array.from({ length: 15 }, () => ({ accepted: true })),
    );
    expect(reader.snapshots).toBe(1);
    expect(await eventCount()).toBe(16);
  });

  it('of two workspaces do not wait for each other', async () => {
    let release = () => {};
    store.overtakenBy = [() => new Promise<void>((resolve) => (release = resolve))];
    const held = apply(1, add(A));
    const other = context(2, idOf(0xa2));
    expect(await elsewhereInWorkspace(other)).toMatchObject({ accepted: true });
    release();
    expect(await held).toMatchObject({ accepted: true });
  });
  const elsewhereInWorkspace = (other: ReturnType<typeof context>) =>
    catalogue.apply(changeSet(2, add(B)), other);
});

describe('a catalogue that moves underneath', () => {
  beforeEach(async () => {
    await catalogue.apply(changeSet(1, add(A), add(B)), context(1));
    reader.snapshots = 0;
  });
  const rival = (id: number, change: ProductChange) => () =>
    elsewhere.apply(changeSet(id, change), context(id));

  it('in another product is read again, and the change set applied', async () => {
    store.overtakenBy = [rival(2, setStock(B, 1))];
    expect(await catalogue.apply(changeSet(3, setStock(A, 1)), context(3))).toMatchObject({
      accepted: true,
      revision: 2,
    });
    // The rival's own reading, the first and the second.
    expect(reader.snapshots).toBe(3);
  });

  it('in the same product refuses the change set', async () => {
    store.overtakenBy = [rival(2, setStock(A, 1))];
    expect(await catalogue.apply(changeSet(3, setStock(A, 1)), context(3))).toMatchObject({
      accepted: false,
      refusal: { code: 'VERSION_MISMATCH' },
    });
  });

  it('by the taking of the same sku refuses the change set', async () => {
    store.overtakenBy = [rival(2, add(idOf(8), 'MUG'))];
    expect(await catalogue.apply(changeSet(3, add(idOf(9), 'MUG')), context(3))).toEqual({
      accepted: false,
      refusal: { code: 'SKU_TAKEN', sku: 'MUG', productId: idOf(8) },
    });
  });

  /** The product B changes just before each of the next `count` appends. */
  const overtake = (count: number) => {
    let version = 0;
    store.overtakenBy = Array.from({ length: count }, () => async () => {
      version += 1;
      const left = store.overtakenBy;
      store.overtakenBy = [];
      await rival(100 + version, setStock(B, version, version))();
      store.overtakenBy = left;
    });
  };

  it(`is read again up to ${APPEND_ATTEMPTS_MAX} times`, async () => {
    overtake(APPEND_ATTEMPTS_MAX - 1);
    expect(await catalogue.apply(changeSet(3, setStock(A, 1)), context(3))).toMatchObject({ accepted: true });
  });

  it('every time is given up after a bounded number of races', async () => {
    overtake(APPEND_ATTEMPTS_MAX);
    await expect(catalogue.apply(changeSet(3, setStock(A, 1)), context(3))).rejects.toThrow(
      `lost ${APPEND_ATTEMPTS_MAX} races`,
    );
    expect(await catalogue.apply(changeSet(3, setStock(A, 1)), context(3))).toMatchObject({ accepted: true });
  });
});

describe('editing by hand', () => {
  const input = { ...values('MUG'), sku: 'MUG' };
  const addOne = (command: number) =>
    catalogue.edit({ productId: A, decide: () => accept(addProduct(input, A)) }, context(command));
  const update = (command: number, version: number, stock: number, by = catalogue) =>
    by.edit(
      { productId: A, decide: (product) => updateProduct({ stock }, version, product) },
      context(command),
    );
  const remove = (command: number, version: number) =>
    catalogue.edit({ productId: A, decide: (product) => deleteProduct(version, product) }, context(command));

  it('is a change set of one', async () => {
    await addOne(1);
    const edited = await update(2, 1, 9);
    expect(edited).toMatchObject({ accepted: true, revision: 1 });
    const changeSetId = edited.accepted ? edited.changeSetId : null;
    expect(await catalogue.find(changeSetId!, WORKSPACE)).toMatchObject({ changes: [setStock(A, 1, 9)] });
  });

  it('that changes nothing is accepted without a change set', async () => {
    await addOne(1);
    expect(await update(2, 1, 3)).toMatchObject({ accepted: true, changeSetId: null });
    expect(await eventCount()).toBe(1);
  });

  it('from an old version is refused', async () => {
    await addOne(1);
    await update(2, 1, 9);
    expect(await update(3, 1, 10)).toEqual({
      accepted: false,
      refusal: { code: 'PRODUCT_VERSION_MOVED', currentVersion: 2 },
    });
  });

  it('repeated under the same id is answered as the first time, though the version has moved', async () => {
    const added = await addOne(1);
    expect(await addOne(1)).toEqual(added);
    const updated = await update(2, 1, 9);
    expect(await update(2, 1, 9)).toEqual(updated);
    const removed = await remove(3, 2);
    expect(await remove(3, 2)).toEqual(removed);
    expect(await eventCount()).toBe(3);
  });

  it('that loses a race to another edit is refused with both versions', async () => {
    await addOne(1);
    store.overtakenBy = [() => update(2, 1, 8, elsewhere)];
    expect(await update(3, 1, 9)).toEqual({
      accepted: false,
      refusal: {
        code: 'VERSION_MISMATCH',
        mismatches: [{ productId: A, expectedVersion: 1, actualVersion: 2 }],
      },
    });
  });
});

describe('finding a change set', () => {
  it('answers nothing for one that was never applied', async () =>
    expect(await catalogue.find(changeSet(1).changeSetId, WORKSPACE)).toBeNull());

  it('answers nothing for another workspace’s', async () => {
    await catalogue.apply(changeSet(1, add(A)), context(1));
    expect(await catalogue.find(changeSet(1).changeSetId, idOf(0xa2))).toBeNull();
  });
});
