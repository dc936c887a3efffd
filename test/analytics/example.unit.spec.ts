import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/events/contract.js';
import * as draft from '../support/draft-events.js';
import { example, recorded, sent, WORKSPACE_ID, type Message, type State } from './example.js';

const { countAll, nothingYet, load, save, claim } = await example();
const HOUR = '2026-03-01T10:00:00.000Z';
const DRAFT = `draft-${draft.DRAFT_ID}`;
const CATALOGUE = `catalogue-${WORKSPACE_ID}`;

/** One partition's messages, offsets and positions growing. */
function partition(events: { type: string; data: unknown }[], over: Partial<RecordedEvent> = {}): Message[] {
  return events.map((event, index) => {
    const streamId = event.type === 'ProductsChanged' ? CATALOGUE : DRAFT;
    const { value, headers } = sent(recorded(event, { streamId, position: BigInt(index + 1) * 7n, ...over }));
    return { topic: 'drafthorse.drafts', partition: 0, offset: String(index), value, headers };
  });
}

type Change = { op: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null };
const products = (changes: Change[], kind = 'draft') => ({
  type: 'ProductsChanged',
  data: {
    changeSetId: draft.CHANGE_SET_ID,
    origin: kind === 'draft' ? { kind, draftId: draft.DRAFT_ID } : { kind, importId: draft.DRAFT_ID },
    userId: draft.USER_ID,
    chunk: 1,
    chunks: 1,
    total: changes.length,
    changes: changes.map((change) => ({ productId: draft.PRODUCT_ID, baseVersion: 1, ...change })),
    changedAt: draft.NOW,
  },
});
const priced = (before: string, after: string): Change => ({
  op: 'update',
  before: { price: before },
  after: { price: after },
});
const counted = (state: State, hour = HOUR) => state.hours[hour]?.[WORKSPACE_ID];

describe('counting', () => {
  it('tells drafts and how they ended, by hour and workspace', () => {
    const state = countAll(nothingYet(), [
      ...partition([...draft.HISTORIES.undone, ...draft.HISTORIES.clarify, ...draft.HISTORIES.failed]),
    ]);
    expect(counted(state)).toEqual({
      drafts: 3,
      outcomes: { executed: 1, undone: 1, clarified: 1, failed: 1 },
      rowsChanged: 0,
      valueMoved: '0.00',
    });
  });

  it('keeps hours of UTC apart', () => {
    const [first, second] = partition([draft.draftCreated(), draft.draftCreated()]);
    second!.headers['ce_time'] = '2026-03-01T11:00:00.000Z';
    const state = countAll(nothingYet(), [first!, second!]);
    expect(Object.keys(state.hours)).toEqual([HOUR, '2026-03-01T11:00:00.000Z']);
  });

  it('adds rows and money exactly, and leaves imports out', () => {
    const state = countAll(
      nothingYet(),
      partition([
        products([priced('0.10', '0.30'), priced('9999999999999999.99', '0.00')]),
        products([priced('1.00', '0.99'), { op: 'update', before: { stock: 1 }, after: { stock: 9 } }]),
        products([priced('1.00', '500.00')], 'import'),
      ]),
    );
    expect(counted(state)).toMatchObject({ rowsChanged: 4, valueMoved: '10000000000000000.20' });
  });

  it('passes over what is no event and what a newer version wrote, and goes on', () => {
    const [broken, noHeader, newer, good] = partition(Array.from({ length: 4 }, () => draft.draftCreated()));
    broken!.value = '{"draftId":';
    delete noHeader!.headers['ce_type'];
    newer!.headers['drafthorse-schema-version'] = '2';
    const state = countAll(nothingYet(), [broken!, noHeader!, newer!, good!]);
    expect(state.skipped).toEqual({ repeated: 0, unreadable: 2, newerVersion: 1 });
    expect(counted(state)?.drafts).toBe(1);
    expect(state.partitions).toEqual({ 'drafthorse.drafts/0': { offset: '4', position: '28' } });
  });

  it('counts once what the relay sent twice', () => {
    const messages = partition(draft.HISTORIES.done);
    const again = messages
      .slice(2)
      .map((message, index) => ({ ...message, offset: String(messages.length + index) }));
    const state = countAll(nothingYet(), [...messages, ...again]);
    expect(state.hours).toEqual(countAll(nothingYet(), messages).hours);
    expect(state.skipped.repeated).toBe(messages.length - 2);
  });

  it('leaves the state it was given alone', () => {
    const before = nothingYet();
    countAll(before, partition(draft.HISTORIES.done));
    expect(before).toEqual(nothingYet());
  });

  it('comes to the same wherever it is stopped, and however far back it is made to read again', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ stop: fc.nat({ max: 30 }), back: fc.nat({ max: 30 }) }), { maxLength: 6 }),
        (stops) => {
          const messages = partition([
            ...draft.HISTORIES.undone,
            products([priced('1.00', '2.50')]),
            ...draft.HISTORIES.expired,
            ...draft.HISTORIES.answered,
          ]);
          let state = nothingYet();
          let at = 0;
          for (const { stop, back } of stops) {
            const from = Math.max(0, at - back);
            at = Math.max(at, Math.min(messages.length, from + stop));
            // As the file brings it back: nothing but JSON.
            state = JSON.parse(JSON.stringify(countAll(state, messages.slice(from, at)))) as State;
          }
          expect(countAll(state, messages.slice(at))).toEqual(countAll(nothingYet(), messages));
        },
      ),
    ));
});

describe('the file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-analytics-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is nothing yet before the first save, and what was saved after it', async () => {
    const file = path.join(folder, 'saved.json');
    expect(await load(file)).toEqual(nothingYet());
    const state = countAll(nothingYet(), partition(draft.HISTORIES.done));
    await save(file, state);
    expect(await load(file)).toEqual(state);
    expect((await readdir(folder)).filter((name) => name.startsWith('saved'))).toEqual(['saved.json']);
  });

  it('is whole although a save was cut off', async () => {
    const file = path.join(folder, 'cut.json');
    const state = countAll(nothingYet(), partition(draft.HISTORIES.done));
    await save(file, state);
    await writeFile(`${file}.part`, '{"version":1,"partit');
    expect(await load(file)).toEqual(state);
    await save(file, nothingYet());
    expect(await load(file)).toEqual(nothingYet());
  });

  it('is not read when another version wrote it', async () => {
    const file = path.join(folder, 'other.json');
    await writeFile(file, '{"version":2}');
    await expect(load(file)).rejects.toThrow('another version');
  });

  it('belongs to one process, until that lets go or is gone', async () => {
    const file = path.join(folder, 'claimed.json');
    await writeFile(`${file}.lock`, String(process.ppid));
    await expect(claim(file)).rejects.toThrow('is counting into');
    // No process has this id: the largest that Linux gives is 2^22.
    await writeFile(`${file}.lock`, '99999999');
    const letGo = await claim(file);
    expect(await readFile(`${file}.lock`, 'utf8')).toBe(String(process.pid));
    await letGo();
    expect(await readdir(folder)).not.toContain('claimed.json.lock');
  });
});
