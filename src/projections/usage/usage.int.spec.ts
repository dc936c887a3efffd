import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productIdOf } from '../../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, logOf, removed, updated } from '../../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import * as draft from '../../../test/support/draft-events.js';
import type { Product } from '../../catalogue/product.js';
import type { Delivery } from '../../event-bus/event-bus.js';
import { draftStream, importStream } from '../../events/streams.js';
import type { ReadEvent } from '../../events/registry.js';
import { project } from '../projection.js';
import { rebuild } from '../rebuild.js';
import { usageProjection } from './usage.projection.js';
import { GetUsage, GetUsageHandler, modelCostOn, type UsageStep } from './usage.queries.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

const mug = (number: number, over: Partial<Product> = {}): Product => ({
  productId: productIdOf(number),
  version: 1,
  sku: `MUG-${number}`,
  name: `Mug ${number}`,
  price: '9.50',
  stock: 3,
  category: null,
  brand: null,
  fields: {},
  ...over,
});
const priced = (number: number, from: string, to: string) =>
  updated(mug(number, { price: from }), { price: from }, { price: to });

/** Events of several streams of one workspace, each recorded at a time of its own. */
class History {
  readonly workspaceId = randomUUID();
  readonly deliveries: Delivery[] = [];
  private readonly revisions = new Map<string, number>();
  /** Log positions are one order over all workspaces of this database. */
  private static position = 0n;

  of(streamId: string, recordedAt: string, ...events: { type: string; data: unknown }[]): this {
    for (const event of events) {
      const revision = (this.revisions.get(streamId) ?? -1) + 1;
      this.revisions.set(streamId, revision);
      History.position += 10n;
      const isDraft = streamId.startsWith('draft-');
      this.deliveries.push({
        topic: isDraft ? 'drafthorse.drafts' : 'drafthorse.catalogue',
        partition: 0,
        key: streamId,
        headers: {},
        event: {
          eventId: randomUUID(),
          workspaceId: this.workspaceId,
          streamId,
          revision,
          position: History.position,
          schemaVersion: 1,
          metadata: { userId: null, commandId: randomUUID(), correlationId: 'c', causationId: null },
          recordedAt,
          ...event,
        } as unknown as ReadEvent,
      });
    }
    return this;
  }

  changes(recordedAt: string, ...args: Parameters<CatalogueLog['changeSet']>): this {
    const events = new CatalogueLog(this.workspaceId).changeSet(...args).map(({ event }) => event);
    return this.of(
      `catalogue-${this.workspaceId}`,
      recordedAt,
      ...events.map(({ type, data }) => ({ type, data })),
    );
  }

  draft(recordedAt: string, ...events: { type: string; data: unknown }[]): this {
    return this.of(draftStream(randomUUID()), recordedAt, ...events);
  }
}

const deliver = (history: History) => project(test.database, usageProjection, history.deliveries);
const usage = (
  history: History,
  by: UsageStep = 'hour',
  from = '2026-03-01T00:00:00Z',
  to = '2026-03-08T00:00:00Z',
) => new GetUsageHandler(test.database).execute(new GetUsage(history.workspaceId, { from, to, by }));

const done = draft.HISTORIES.done;
const origin = { kind: 'draft' as const, draftId: randomUUID() };

describe('usage', () => {
  it('counts every outcome of drafts by the hour in which it was recorded', async () => {
    const history = new History()
      .draft('2026-03-01T10:59:59.999Z', ...done)
      .draft('2026-03-01T11:00:00.000Z', ...draft.HISTORIES.clarify)
      .draft('2026-03-01T11:30:00.000Z', ...draft.HISTORIES.cancelled)
      .draft('2026-03-01T11:30:00.000Z', ...draft.HISTORIES.expired)
      .draft('2026-03-01T11:30:00.000Z', ...draft.HISTORIES.failed)
      .draft('2026-03-01T11:30:00.000Z', ...draft.HISTORIES.answered)
      .draft('2026-03-01T11:30:00.000Z', ...draft.HISTORIES.undone);
    await deliver(history);
    const { periods, total } = await usage(history);
    expect(periods).toMatchObject([
      { start: '2026-03-01T10:00:00.000Z', drafts: { created: 1, previewed: 1, executed: 1, clarified: 0 } },
      {
        start: '2026-03-01T11:00:00.000Z',
        drafts: {
          created: 6,
          previewed: 3,
          answered: 1,
          clarified: 1,
          confirmed: 1,
          executed: 1,
          failed: 1,
          cancelled: 1,
          expired: 1,
          undone: 1,
        },
        read: { rules: 6, llm: 0, none: 0 },
      },
    ]);
    expect(total.drafts).toMatchObject({ created: 7, executed: 2 });
  });

  it('adds up what was asked of models, by the hour, exactly', async () => {
    const cheap = draft.modelsAsked();
    const spent = draft.modelsAsked({ attempts: [], degraded: 'budget_spent' });
    const again = draft.modelsAsked({
      attempts: cheap.data.attempts
        .slice(1)
        .map((one) => ({ ...one, cached: true, cost: '0', latencyMs: 0.5 })),
    });
    const history = new History()
      .draft('2026-03-01T10:00:00.000Z', draft.draftCreated(), cheap)
      .draft('2026-03-01T10:30:00.000Z', draft.draftCreated(), cheap, spent)
      .draft('2026-03-01T11:00:00.000Z', draft.draftCreated(), again);
    await deliver(history);
    const { periods, total } = await usage(history);
    expect(periods.map(({ models }) => models.cost)).toEqual(['0.00606', '0']);
    expect(total.models).toMatchObject({
      attempts: { read: 3, invalid: 2, timeout: 0, cancelled: 0 },
      cached: 1,
      promptTokens: 4_500,
      completionTokens: 240,
      cost: '0.00606',
      latencyMs: 4_000.5,
      degraded: { budget_spent: 1, model_invalid: 0, model_unavailable: 0 },
    });
    const costOn = (day: string) =>
      modelCostOn(test.database.scope(history.workspaceId), new Date(`${day}T12:00:00Z`));
    expect([await costOn('2026-02-28'), await costOn('2026-03-01'), await costOn('2026-03-02')]).toEqual([
      '0',
      '0.00606',
      '0',
    ]);
  });

  it('tells the interpreters apart', async () => {
    const by = (kind: 'rules' | 'llm' | 'none') => draft.parsed({ interpreter: { kind, version: '1' } });
    const history = new History()
      .draft('2026-03-01T10:00:00.000Z', draft.draftCreated(), by('rules'))
      .draft('2026-03-01T10:00:00.000Z', draft.draftCreated(), by('llm'))
      .draft('2026-03-01T10:00:00.000Z', draft.draftCreated(), by('llm'));
    await deliver(history);
    expect((await usage(history)).total.read).toEqual({ rules: 1, llm: 2, none: 0 });
  });

  it('adds rows and the value moved, exactly, up or down, and no value for what comes or goes', async () => {
    const history = new History().changes(
      '2026-03-01T10:00:00.000Z',
      [
        priced(1, '0.10', '0.30'),
        priced(2, '9999999999999999.99', '0.00'),
        updated(mug(3), { stock: 3 }, { stock: 90 }),
        added(mug(4)),
        removed(mug(5)),
      ],
      { origin },
    );
    await deliver(history);
    expect((await usage(history)).total).toMatchObject({
      rowsChanged: 5,
      valueMoved: '10000000000000000.19',
      rowsImported: 0,
    });
  });

  it('counts undos and changes by hand as changes, and imports for themselves', async () => {
    const importId = randomUUID();
    const history = new History()
      .changes('2026-03-01T10:00:00.000Z', [priced(1, '1.00', '2.00')], {
        origin: { kind: 'undo', draftId: randomUUID(), undoneChangeSetId: randomUUID() },
      })
      .changes('2026-03-01T10:00:00.000Z', [priced(1, '2.00', '2.50')], { origin: { kind: 'manual' } })
      .changes('2026-03-01T10:00:00.000Z', [priced(1, '2.50', '900.00'), added(mug(2))], {
        origin: { kind: 'import', importId },
      })
      .of(importStream(importId), '2026-03-01T10:00:00.000Z', {
        type: 'ImportCompleted',
        data: { added: 1, updated: 1, unchanged: 0, rejectedCount: 0, rejected: [], completedAt: draft.NOW },
      });
    await deliver(history);
    expect((await usage(history)).total).toMatchObject({
      rowsChanged: 2,
      valueMoved: '1.50',
      rowsImported: 2,
      imports: { completed: 1, failed: 0 },
    });
  });

  it('adds hours up to days of UTC', async () => {
    const history = new History()
      .draft('2026-03-01T23:59:59.999Z', draft.draftCreated())
      .draft('2026-03-02T00:00:00.000Z', draft.draftCreated())
      .draft('2026-03-02T23:00:00.000Z', draft.draftCreated());
    await deliver(history);
    const { periods } = await usage(history, 'day');
    expect(periods.map(({ start, drafts }) => [start, drafts.created])).toEqual([
      ['2026-03-01T00:00:00.000Z', 1],
      ['2026-03-02T00:00:00.000Z', 2],
    ]);
  });

  it('includes its first moment and not its last, and nothing of another workspace', async () => {
    const history = new History()
      .draft('2026-03-01T10:00:00.000Z', draft.draftCreated())
      .draft('2026-03-01T11:00:00.000Z', draft.draftCreated());
    const other = new History().draft('2026-03-01T10:00:00.000Z', draft.draftCreated());
    await deliver(history);
    await deliver(other);
    const { total } = await usage(history, 'hour', '2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z');
    expect(total.drafts.created).toBe(1);
  });

  it('is nothing, in numbers, where nothing happened', async () => {
    const { periods, total } = await usage(new History());
    expect(periods).toEqual([]);
    expect(total).toMatchObject({ rowsChanged: 0, valueMoved: '0.00', drafts: { created: 0, undone: 0 } });
  });
});

const eventful = () =>
  new History()
    .draft('2026-03-01T10:10:00.000Z', ...done)
    .draft('2026-03-01T11:10:00.000Z', ...draft.HISTORIES.clarify)
    .changes('2026-03-01T10:10:00.000Z', [priced(1, '1.00', '1.33'), priced(2, '5.05', '4.99')], { origin })
    .changes('2026-03-02T10:10:00.000Z', [priced(1, '1.33', '1.00')], { origin });

describe('the usage projection', () => {
  it('counts once what comes twice, repeated at once, in another cut, or from the beginning', async () => {
    const once = eventful();
    await deliver(once);
    const expected = await usage(once);
    const twice = eventful();
    for (const delivery of twice.deliveries)
      await project(test.database, usageProjection, [delivery, delivery]);
    await deliver(twice);
    expect(await usage(twice)).toEqual(expected);
    expect(expected.total).toMatchObject({ rowsChanged: 3, valueMoved: '0.72' });
  });

  it('is rebuilt to the same rows', async () => {
    await test.database.query('TRUNCATE usage_hours, projection_checkpoints, projection_streams');
    const history = eventful();
    for (const delivery of history.deliveries) await project(test.database, usageProjection, [delivery]);
    const report = await rebuild({
      database: test.database,
      ...logOf(history.deliveries),
      projection: usageProjection,
      switchOver: 'never',
    });
    expect(report).toMatchObject({
      events: history.deliveries.length,
      differences: [{ table: 'usage_hours', onlyLive: 0, onlyRebuilt: 0 }],
    });
  });

  it('shows by its rebuild that a number was tampered with', async () => {
    await test.database.query('TRUNCATE usage_hours, projection_checkpoints, projection_streams');
    const history = eventful();
    await deliver(history);
    await test.database.query("UPDATE usage_hours SET value = value + 1 WHERE measure = 'rows.changed'");
    const { differences } = await rebuild({
      database: test.database,
      ...logOf(history.deliveries),
      projection: usageProjection,
      switchOver: 'never',
    });
    expect(differences).toEqual([{ table: 'usage_hours', onlyLive: 2, onlyRebuilt: 2 }]);
  });
});
