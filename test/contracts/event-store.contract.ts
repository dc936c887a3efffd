/** What every event store promises. One line per implementation runs it: `eventStoreContract(open)`. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIds } from '../../src/events/event-ids.js';
import { workspaceStream } from '../../src/events/streams.js';
import {
  EVENTS_PER_APPEND_MAX,
  READ_EVENTS_MAX,
  type AppendResult,
  type EventStore,
} from '../../src/event-store/event-store.js';
import { appendOf, fieldDefined, labelOf, wholeLog } from '../support/events.js';
import { until } from '../support/until.js';

export interface OpenedStore {
  store: EventStore;
  close(): Promise<void>;
}

export function eventStoreContract(open: () => Promise<OpenedStore>): void {
  let opened: OpenedStore;
  let store: EventStore;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened?.close());

  const newStream = () => workspaceStream(randomUUID());
  const labelsOf = async (streamId: string) => (await store.readStream(streamId)).map(labelOf);
  const appended = (result: AppendResult) => {
    if (result.outcome === 'conflict') throw new Error(`conflict at ${result.actualRevision}`);
    return result;
  };

  describe('appending', () => {
    it('numbers the events of a stream from 0 without gaps and gives back the last', async () => {
      const streamId = newStream();
      const first = await store.append(appendOf(['a', 'b'], { streamId, expectedRevision: 'none' }));
      expect(first).toMatchObject({ outcome: 'appended', lastRevision: 1 });
      const second = await store.append(appendOf(['c'], { streamId, expectedRevision: 1 }));
      expect(second).toMatchObject({ outcome: 'appended', lastRevision: 2 });

      const events = await store.readStream(streamId);
      expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2]);
      expect(events.map(labelOf)).toEqual(['a', 'b', 'c']);
      expect(events.at(-1)?.position).toBe(appended(second).lastPosition);
      expect((await store.streamEnd(streamId)).revision).toBe(2);
    });

    it('keeps everything about an event', async () => {
      const append = appendOf(['آبی‌رنگ ۱۲']);
      await store.append(append);
      const [event] = await store.readStream(append.streamId);
      expect(event).toEqual({
        ...append.events[0],
        workspaceId: append.workspaceId,
        streamId: append.streamId,
        revision: 0,
        position: expect.any(BigInt) as bigint,
        metadata: append.metadata,
        recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      });
    });

    it('keeps data that was built to break quoting', async () => {
      const nasty = { '{"a"}': ['\\', '"', "'", ',', '{}', '\n', 'NULL', '', null, 1.5, true, 'گ‌ی', '👩‍🚀'] };
      const append = appendOf([], { events: [{ ...fieldDefined('x'), data: nasty }] });
      await store.append(append);
      expect((await store.readStream(append.streamId))[0]?.data).toEqual(nasty);
    });

    it('refuses data that cannot be stored', async () => {
      for (const data of [undefined, { text: 'a\u0000b' }, { text: '\ud83d' }]) {
        const append = appendOf([], { events: [{ ...fieldDefined('x'), data }] });
        await expect(store.append(append)).rejects.toMatchObject({
          code: 'EVENT_NOT_STORABLE',
          retryable: false,
        });
      }
    });

    it('takes as many events as the bound and refuses one more', async () => {
      const labels = Array.from({ length: EVENTS_PER_APPEND_MAX }, (_, index) => `f${index}`);
      expect(await store.append(appendOf(labels))).toMatchObject({ lastRevision: EVENTS_PER_APPEND_MAX - 1 });
      await expect(store.append(appendOf([...labels, 'more']))).rejects.toMatchObject({
        code: 'APPEND_TOO_LARGE',
        retryable: false,
      });
    });

    it('refuses an append without events and a revision that is none', async () => {
      await expect(store.append(appendOf([]))).rejects.toThrow(RangeError);
      await expect(store.append(appendOf(['a'], { expectedRevision: -2 }))).rejects.toThrow(RangeError);
      await expect(store.append(appendOf(['a'], { expectedRevision: 0.5 }))).rejects.toThrow(RangeError);
    });
  });

  describe('expecting a revision', () => {
    it('answers a conflict with the actual revision, and writes nothing', async () => {
      const streamId = newStream();
      await store.append(appendOf(['a', 'b'], { streamId }));
      for (const expectedRevision of [0, 2, -1, 'none'] as const)
        expect(await store.append(appendOf(['x'], { streamId, expectedRevision }))).toEqual({
          outcome: 'conflict',
          actualRevision: 1,
        });
      expect(await labelsOf(streamId)).toEqual(['a', 'b']);
    });

    it('answers -1 for a stream that does not exist', async () => {
      expect(await store.append(appendOf(['x'], { expectedRevision: 0 }))).toEqual({
        outcome: 'conflict',
        actualRevision: -1,
      });
      expect((await store.streamEnd(newStream())).revision).toBe(-1);
      expect(await store.readStream(newStream())).toEqual([]);
    });

    it('tells where a stream ended at a position of the log', async () => {
      const streamId = newStream();
      const first = await store.append(appendOf(['a'], { streamId }));
      const second = await store.append(appendOf(['b', 'c'], { streamId }));
      const at = (result: typeof first) => ('lastPosition' in result ? result.lastPosition : 0n);
      expect(await store.streamEnd(streamId)).toEqual({ revision: 2, position: at(second) });
      expect(await store.streamEnd(streamId, at(second) - 1n)).toMatchObject({ revision: 1 });
      expect(await store.streamEnd(streamId, at(first))).toEqual({ revision: 0, position: at(first) });
      expect(await store.streamEnd(streamId, at(first) - 1n)).toEqual({ revision: -1, position: 0n });
    });

    it('takes -1, the revision of an absent stream, as none', async () => {
      expect(await store.append(appendOf(['a'], { expectedRevision: -1 }))).toMatchObject({
        lastRevision: 0,
      });
    });

    it('does not look at the revision for any', async () => {
      const streamId = newStream();
      await store.append(appendOf(['a'], { streamId, expectedRevision: 'any' }));
      expect(await store.append(appendOf(['b'], { streamId, expectedRevision: 'any' }))).toMatchObject({
        lastRevision: 1,
      });
    });
  });

  describe('repeating an append', () => {
    it('gives the first result for the same command, whatever came since and whatever is expected', async () => {
      const streamId = newStream();
      const commandId = randomUUID();
      const append = appendOf(['a', 'b'], { streamId, commandId, expectedRevision: 'none' });
      const first = appended(await store.append(append));
      await store.append(appendOf(['c'], { streamId, expectedRevision: 1 }));

      for (const expectedRevision of ['none', 'any', 7] as const)
        expect(await store.append({ ...append, expectedRevision })).toEqual({
          ...first,
          outcome: 'duplicate',
        });
      expect(await labelsOf(streamId)).toEqual(['a', 'b', 'c']);
    });

    it('refuses an append of which only some ids are known', async () => {
      const streamId = newStream();
      const append = appendOf(['a'], { streamId });
      await store.append(append);
      const longer = { ...append, events: [...append.events, fieldDefined('b')] };
      await expect(store.append(longer)).rejects.toMatchObject({ code: 'EVENT_ID_REUSED', retryable: false });
      expect(await labelsOf(streamId)).toEqual(['a']);
    });

    it('refuses ids that stand in another stream', async () => {
      const append = appendOf(['a']);
      await store.append(append);
      const elsewhere = { ...append, streamId: newStream() };
      await expect(store.append(elsewhere)).rejects.toMatchObject({ code: 'EVENT_ID_REUSED' });
      expect((await store.streamEnd(elsewhere.streamId)).revision).toBe(-1);
    });

    it('refuses an id that one append carries twice', async () => {
      const event = fieldDefined('a');
      await expect(store.append(appendOf([], { events: [event, event] }))).rejects.toMatchObject({
        code: 'EVENT_ID_REUSED',
      });
    });
  });

  describe('many at once', () => {
    it('lets exactly one of fifty writers win each revision of a stream', async () => {
      const streamId = newStream();
      for (let round = -1; round < 3; round += 1) {
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, writer) =>
            store.append(appendOf([`${round}/${writer}`], { streamId, expectedRevision: round })),
          ),
        );
        expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
        expect(results.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(49);
      }
      expect((await store.streamEnd(streamId)).revision).toBe(3);
    });

    it('stores one append sent fifty times at once only once, and tells all the same', async () => {
      const append = appendOf(['a', 'b'], { expectedRevision: 'none' });
      const results = await Promise.all(Array.from({ length: 50 }, () => store.append(append)));
      expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
      expect(new Set(results.map((result) => appended(result).lastPosition)).size).toBe(1);
      expect(await labelsOf(append.streamId)).toEqual(['a', 'b']);
    });

    it('carries each of many different appends out, or refuses it, as if it had come alone', async () => {
      const known = appendOf(['known'], { expectedRevision: 'none' });
      const longer = appendOf(['a', 'b', 'c'], { expectedRevision: 'none' });
      const taken = appendOf(['taken'], { expectedRevision: 'none' });
      await store.append(known);
      await store.append(taken);
      const unstorable = appendOf(['no'], { expectedRevision: 'none' });
      const outcomes = await Promise.allSettled(
        [
          appendOf(['one'], { expectedRevision: 'none' }),
          known,
          longer,
          appendOf(['late'], { streamId: taken.streamId, expectedRevision: 'none' }),
          appendOf(['next'], { streamId: taken.streamId, expectedRevision: 0 }),
          appendOf(['rival'], { streamId: taken.streamId, expectedRevision: 0 }),
          appendOf(['early'], { expectedRevision: 3 }),
          appendOf(['x', 'y'], { expectedRevision: 'none', events: [fieldDefined('x'), known.events[0]!] }),
          { ...unstorable, events: [{ ...unstorable.events[0]!, data: { text: '\0' } }] },
          appendOf(['last'], { expectedRevision: 'none' }),
        ].map((append) => store.append(append)),
      );
      const appended = (lastRevision: number) => ({ value: { outcome: 'appended', lastRevision } });
      const raced = outcomes.splice(4, 2);
      expect(outcomes).toMatchObject([
        appended(0),
        { value: { outcome: 'duplicate', lastRevision: 0 } },
        appended(2),
        { value: { outcome: 'conflict' } },
        { value: { outcome: 'conflict', actualRevision: -1 } },
        { reason: { code: 'EVENT_ID_REUSED' } },
        { reason: { code: 'EVENT_NOT_STORABLE' } },
        appended(0),
      ]);
      expect(raced).toEqual(
        expect.arrayContaining([
          { status: 'fulfilled', value: expect.objectContaining({ outcome: 'appended', lastRevision: 1 }) },
          { status: 'fulfilled', value: { outcome: 'conflict', actualRevision: 1 } },
        ]),
      );
      const events = await store.readStream(longer.streamId);
      expect(events.map(labelOf)).toEqual(['a', 'b', 'c']);
      expect(events.map(({ position }) => position - events[0]!.position)).toEqual([0n, 1n, 2n]);
    });

    it('leaves every stream whole, and every append in it whole or not at all', async () => {
      const wish = fc.record({
        stream: fc.nat({ max: 3 }),
        expected: fc.integer({ min: -1, max: 3 }),
        labels: fc.array(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(wish, { minLength: 2, maxLength: 12 }), async (wishes) => {
          const streams = Array.from({ length: 4 }, () => workspaceStream(randomUUID()));
          const appends = wishes.map(({ stream, expected, labels }) =>
            appendOf(labels, { streamId: streams[stream]!, expectedRevision: expected }),
          );
          const results = await Promise.all(appends.map((append) => store.append(append)));
          for (const streamId of streams) {
            const events = await store.readStream(streamId);
            expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
            const told = results.flatMap((result, index) => {
              const { streamId: of, expectedRevision, events: given } = appends[index]!;
              return of === streamId && result.outcome === 'appended'
                ? [{ after: Number(expectedRevision), ids: given.map(({ eventId }) => eventId) }]
                : [];
            });
            told.sort((one, other) => one.after - other.after);
            expect(events.map(({ eventId }) => eventId)).toEqual(told.flatMap(({ ids }) => ids));
          }
        }),
        { numRuns: 40 },
      );
    });

    it('stores one id sent to many streams at once in one of them', async () => {
      const append = appendOf(['a']);
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () => store.append({ ...append, streamId: newStream() })),
      );
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(9);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'EVENT_ID_REUSED' });
    });
  });

  describe('reading a stream', () => {
    it('pages from a revision on', async () => {
      const streamId = newStream();
      await store.append(appendOf(['a', 'b', 'c', 'd', 'e'], { streamId }));
      const page = await store.readStream(streamId, { fromRevision: 1, limit: 2 });
      expect(page.map(labelOf)).toEqual(['b', 'c']);
      expect((await store.readStream(streamId, { fromRevision: 4 })).map(labelOf)).toEqual(['e']);
      expect(await store.readStream(streamId, { fromRevision: 5 })).toEqual([]);
    });

    it('gives the bound at most, and refuses to be asked for more', async () => {
      const streamId = newStream();
      const labels = Array.from({ length: EVENTS_PER_APPEND_MAX }, (_, index) => `f${index}`);
      await store.append(appendOf(labels, { streamId }));
      await store.append(appendOf(['last'], { streamId }));
      expect(await store.readStream(streamId)).toHaveLength(READ_EVENTS_MAX);
      for (const limit of [READ_EVENTS_MAX + 1, 0, 1.5])
        await expect(store.readStream(streamId, { limit })).rejects.toThrow(RangeError);
    });
  });

  describe('reading the log', () => {
    it('shows appends in one growing order that agrees with every stream', async () => {
      const after = await store.headPosition();
      const streams = Array.from({ length: 5 }, newStream);
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          store.append(appendOf([`${index}a`, `${index}b`], { streamId: streams[index % 5]! })),
        ),
      );
      const log = await until('all appends are visible', async () => {
        // What lies right behind "now" may have ended before it: only what this spec appended counts.
        const seen = await wholeLog(store, { after, limit: 7 });
        const ours = seen.filter(({ streamId }) => streams.includes(streamId));
        return ours.length === 120 && ours;
      });
      for (let index = 1; index < log.length; index += 1)
        expect(log[index]!.position).toBeGreaterThan(log[index - 1]!.position);
      for (const streamId of streams)
        expect(log.filter((event) => event.streamId === streamId)).toEqual(await store.readStream(streamId));
      // The events of one append stand together.
      for (let index = 0; index < log.length; index += 2)
        expect(labelOf(log[index]!).slice(0, -1)).toBe(labelOf(log[index + 1]!).slice(0, -1));
    });

    it('refuses a limit beyond its bound', async () => {
      await store.readAll({ after: 0n, limit: READ_EVENTS_MAX });
      for (const limit of [READ_EVENTS_MAX + 1, 0])
        await expect(store.readAll({ after: 0n, limit })).rejects.toThrow(RangeError);
    });

    it('passes over streams of other kinds when only some are asked for', async () => {
      const after = await store.headPosition();
      const plan = appendOf(['row'], { streamId: `plan-${randomUUID()}` });
      await store.append(appendOf(['a'], { streamId: `draft-${randomUUID()}` }));
      await store.append(plan);
      await store.append(appendOf(['b'], { streamId: `draft-${randomUUID()}` }));
      const labels = async (kinds: ('draft' | 'plan')[]) =>
        (await store.readAll({ after, limit: 1_000, kinds })).map(labelOf);
      await until('all are visible', async () => (await labels(['draft', 'plan'])).at(-1) === 'b');
      expect((await labels(['draft'])).slice(-2)).toEqual(['a', 'b']);
      expect(await labels(['plan'])).toEqual(['row']);
    });

    it('starts from now behind everything before and in front of everything after', async () => {
      await store.append(appendOf(['before']));
      await until('the append is visible', async () => {
        const head = await store.headPosition();
        return (await store.readAll({ after: head, limit: 1 })).length === 0;
      });
      const head = await store.headPosition();
      await store.append(appendOf(['after']));
      const seen = await until('the new event is visible', async () => {
        const page = await store.readAll({ after: head, limit: 10 });
        return page.length > 0 && page;
      });
      expect(seen.map(labelOf)).toEqual(['after']);
    });

    it('finds the event at a position and nothing beside it', async () => {
      const append = appendOf(['a']);
      const { lastPosition } = appended(await store.append(append));
      const { streamId, workspaceId } = append;
      expect(await store.eventAt(lastPosition)).toEqual({ streamId, workspaceId });
      expect(await store.eventAt(lastPosition + 1n)).toBeNull();
      expect(await store.eventAt(lastPosition - 1n)).toBeNull();
    });

    it('finds an event by its id', async () => {
      const commandId = randomUUID();
      const append = appendOf(['a', 'b'], { commandId });
      const { lastPosition } = appended(await store.append(append));
      expect(await store.findEvent(eventIds(commandId, 2)[1]!)).toEqual({
        streamId: append.streamId,
        revision: 1,
        position: lastPosition,
      });
      expect(await store.findEvent(randomUUID())).toBeNull();
    });
  });

  describe('telling of appends', () => {
    it('calls a listener with the position until it unsubscribes', async () => {
      const heard: (bigint | null)[] = [];
      const unsubscribe = store.onAppend((position) => heard.push(position));
      const first = appended(await store.append(appendOf(['a'])));
      await until('the listener heard of it', () => heard.includes(first.lastPosition));
      unsubscribe();
      const second = appended(await store.append(appendOf(['b'])));
      const third = store.onAppend((position) => heard.push(position));
      await store.append(appendOf(['c']));
      await until('another listener heard', () => heard.length > 1);
      third();
      expect(heard).not.toContain(second.lastPosition);
    });
  });

  it('reads back, in pages of any size, exactly the histories of any interleaving of appends', async () => {
    const command = fc.record({
      stream: fc.nat({ max: 3 }),
      events: fc.integer({ min: 1, max: 5 }),
      expected: fc.constantFrom('any' as const, 'exact' as const, 'stale' as const),
      repeated: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        async (commands, limit) => {
          const after = await store.headPosition();
          const streams = Array.from({ length: 4 }, newStream);
          const model = streams.map(() => [] as string[]);

          for (const [number, { stream, events, expected, repeated }] of commands.entries()) {
            const history = model[stream]!;
            const labels = Array.from({ length: events }, (_, ordinal) => `${number}.${ordinal}`);
            const revision = history.length - 1;
            const append = appendOf(labels, {
              streamId: streams[stream]!,
              expectedRevision: expected === 'any' ? 'any' : expected === 'exact' ? revision : revision + 1,
            });
            const { outcome } = await store.append(append);
            expect(outcome).toBe(expected === 'stale' ? 'conflict' : 'appended');
            if (outcome === 'conflict') continue;
            history.push(...labels);
            if (repeated) expect(await store.append(append)).toMatchObject({ outcome: 'duplicate' });
          }

          const total = model.flat().length;
          const log = await until('everything is visible', async () => {
            const seen = await wholeLog(store, { after, limit });
            return seen.length >= total && { seen };
          });
          for (const [index, streamId] of streams.entries()) {
            expect(log.seen.filter((event) => event.streamId === streamId).map(labelOf)).toEqual(
              model[index],
            );
            expect(await labelsOf(streamId)).toEqual(model[index]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
}
