/** What every event bus promises. One line per implementation runs it: `eventBusContract(open)`. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetters } from '../../src/event-bus/dead-letters.js';
import {
  BATCH_EVENTS_MAX,
  REDRIVEN_HEADER,
  type ConsumerGroup,
  type Delivery,
  type EventBus,
} from '../../src/event-bus/event-bus.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { appendOf, labelOf } from '../support/events.js';
import { until } from '../support/until.js';

/** One process taking part. Its retries are quick: a few milliseconds. */
export interface BusMember {
  bus: EventBus;
  /** Cuts it off from the groups as when its machine dies: nothing is drained, no checkpoint is written. */
  cutOff(): Promise<void>;
}

export interface OpenedBus {
  store: EventStore;
  deadLetters: DeadLetters;
  /** Each call is another process on the same log and groups. */
  member(): Promise<BusMember>;
  /** After each example: no member may disturb the next one. */
  closeMembers(): Promise<void>;
  close(): Promise<void>;
}

const TOPIC = 'drafthorse.workspaces';

export function eventBusContract(open: () => Promise<OpenedBus>): void {
  let opened: OpenedBus;
  let store: EventStore;
  let bus: EventBus;
  let member: BusMember;
  let group: string;
  /** Handlers that hang are let go at the end, so that closing can drain. */
  let letGo: () => void;
  let ended: Promise<void>;

  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    member = await opened.member();
    bus = member.bus;
    group = `spec.${randomUUID()}`;
    ({ promise: ended, resolve: letGo } = Promise.withResolvers<void>());
  });
  afterEach(async () => {
    letGo();
    await opened.closeMembers();
  });

  const labels = (deliveries: Delivery[]) => deliveries.map(({ event }) => labelOf(event));
  const consumer = (
    handle: ConsumerGroup['handle'],
    options: Partial<ConsumerGroup> = {},
  ): ConsumerGroup => ({
    group,
    topics: [TOPIC],
    startFrom: 'now',
    handle,
    ...options,
  });

  /** Subscribes a handler that keeps what it gets; `fail` may throw first, for the whole batch. */
  async function collect(
    options: Partial<ConsumerGroup> = {},
    { on = bus, fail = (() => undefined) as (delivery: Delivery) => void } = {},
  ): Promise<Delivery[]> {
    const seen: Delivery[] = [];
    await on.subscribe(
      consumer(async (batch) => {
        batch.forEach(fail);
        seen.push(...batch);
      }, options),
    );
    return seen;
  }

  /** A stream whose events are appended one by one, and a call that does it. */
  function stream() {
    const workspaceId = randomUUID();
    return {
      key: workspaceId,
      workspaceId,
      append: async (...names: string[]) => {
        for (const name of names) await store.append(appendOf([name], { workspaceId }));
      },
    };
  }

  const poison = (...names: string[]) => {
    const bad = new Set(names);
    return {
      fail: (delivery: Delivery) => {
        if (bad.has(labelOf(delivery.event))) throw new Error(`cannot handle ${labelOf(delivery.event)}`);
      },
      heal: (name: string) => bad.delete(name),
    };
  };
  const letters = () => opened.deadLetters.list({ workspaceId: null, group, limit: 200 });
  const lettersAre = (...names: string[]) =>
    until(`the dead letters are ${names.join(', ') || 'none'}`, async () => {
      const found = await letters();
      return found.map(({ event }) => labelOf(event)).join() === names.join() && { found };
    });

  describe('delivering', () => {
    it('brings every event once, in order per key, with where it came from', async () => {
      const seen = await collect();
      const streams = Array.from({ length: 5 }, stream);
      await Promise.all(streams.map(({ append }) => append('0', '1', '2', '3', '4', '5', '6', '7')));
      await until('all arrived', () => seen.length === 40);
      for (const { key } of streams) {
        const mine = seen.filter((delivery) => delivery.key === key);
        expect(labels(mine)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
        for (const { topic, partition } of mine) {
          expect(topic).toBe(TOPIC);
          expect(partition).toBe(bus.partitionOf(TOPIC, key));
        }
      }
    });

    it('brings what the log holds of an event, with the headers of a CloudEvent', async () => {
      const seen = await collect();
      const append = appendOf(['a']);
      append.metadata.traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await store.append(append);
      await until('it arrived', () => seen.length === 1);
      const [recorded] = await store.readStream(append.streamId);
      expect(seen[0]!.event).toEqual(recorded);
      expect(seen[0]!.headers).toMatchObject({
        ce_specversion: '1.0',
        ce_id: recorded!.eventId,
        ce_type: 'CustomFieldsDefined',
        ce_source: 'urn:drafthorse',
        ce_subject: append.streamId,
        ce_time: recorded!.recordedAt,
        traceparent: append.metadata.traceparent,
        'drafthorse-position': String(recorded!.position),
        'drafthorse-revision': '0',
        'drafthorse-schema-version': '1',
        'drafthorse-workspace-id': append.workspaceId,
      });
    });

    it('brings only the topics a group asked for', async () => {
      const seen = await collect({ topics: ['drafthorse.catalogue'] });
      const all = await collect({ group: `${group}.all`, topics: ['drafthorse.catalogue', TOPIC] });
      await stream().append('workspace');
      await store.append(appendOf(['catalogue'], { streamId: `catalogue-${randomUUID()}` }));
      await until('both arrived', () => all.length === 2);
      await until('the one arrived', () => seen.length === 1);
      expect(labels(seen)).toEqual(['catalogue']);
    });

    it('brings batches within the bound, whole appends of large ones too', async () => {
      const sizes: number[] = [];
      await bus.subscribe(consumer(async (batch) => void sizes.push(batch.length)));
      await store.append(appendOf(Array.from({ length: 1_000 }, (_, index) => `f${index}`)));
      await store.append(appendOf(['last']));
      await until('all arrived', () => sizes.reduce((sum, size) => sum + size, 0) === 1_001);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(BATCH_EVENTS_MAX);
    });

    it('starts a new group at the beginning, or now', async () => {
      const { append, key } = stream();
      await append('before');
      const fromNow = await collect();
      const fromBeginning = await collect({ group: `${group}.beginning`, startFrom: 'beginning' });
      await append('after');
      await until('now arrived', () => fromNow.length === 1);
      expect(labels(fromNow)).toEqual(['after']);
      await until(
        'beginning arrived',
        () => fromBeginning.filter((delivery) => delivery.key === key).length === 2,
      );
      expect(labels(fromBeginning.filter((delivery) => delivery.key === key))).toEqual(['before', 'after']);
    });

    it('does not hold one group back for another', async () => {
      const started = Promise.withResolvers<void>();
      await bus.subscribe(
        consumer(
          async () => {
            started.resolve();
            await ended;
          },
          { group: `${group}.stuck` },
        ),
      );
      const seen = await collect();
      await stream().append('a', 'b');
      await started.promise;
      await until('the other group goes on', () => seen.length === 2);
    });

    it('tells how far a group is', async () => {
      const seen = await collect();
      const { append, key } = stream();
      await append('a');
      await until('it arrived', () => seen.length === 1);
      const place = `${TOPIC}/${bus.partitionOf(TOPIC, key)}`;
      await until('health says so', async () => {
        const health = (await bus.health()).find((each) => each.group === group);
        return (
          health?.running && health.caughtUp && (health.checkpoints[place] ?? 0n) >= seen[0]!.event.position
        );
      });
    });

    it('refuses to take part twice in one group, or in no topic', async () => {
      await collect();
      await expect(collect()).rejects.toThrow(group);
      await expect(collect({ group: `${group}.none`, topics: [] })).rejects.toThrow(/no topic/);
    });
  });

  describe('stopping and taking over', () => {
    it('ends the running batch before it stops, and goes on behind it afterwards', async () => {
      const gate = Promise.withResolvers<void>();
      const entered = Promise.withResolvers<void>();
      let finished = false;
      const subscription = await bus.subscribe(
        consumer(async () => {
          entered.resolve();
          await gate.promise;
          finished = true;
        }),
      );
      const { append } = stream();
      await append('a');
      await entered.promise;
      const stopped = subscription.stop().then(() => expect(finished).toBe(true));
      gate.resolve();
      await stopped;

      await append('b');
      const seen = await collect();
      await until('the next arrived', () => seen.length > 0);
      expect(labels(seen)).toEqual(['b']);
    });

    it('delivers again what was handled but not recorded when its process died', async () => {
      const handled: string[] = [];
      await bus.subscribe(
        consumer(async (batch) => {
          handled.push(...labels(batch));
          await ended;
        }),
      );
      const { append } = stream();
      await append('a');
      await until('the effect has happened', () => handled.length === 1);
      const second = await collect({}, { on: (await opened.member()).bus });
      await member.cutOff();
      await append('b');
      await until('the second member got both', () => second.length === 2);
      expect(labels(second)).toEqual(['a', 'b']);
    });

    it('lets one member at a time deliver a key, and another take over when it leaves', async () => {
      const first = await collect();
      const otherMember = await opened.member();
      const second = await collect({}, { on: otherMember.bus });
      const { append } = stream();
      await append('a', 'b');
      await until('they arrived somewhere', () => first.length + second.length === 2);
      expect([first.length, second.length]).toContain(2);

      await (first.length > 0 ? bus : otherMember.bus).close();
      await append('c');
      const heir = first.length > 0 ? second : first;
      await until('the other one took over', () => heir.length === 1);
      expect(labels(heir)).toEqual(['c']);
    });

    it('keeps the order per key while members come and go', async () => {
      const seen: string[] = [];
      const handle = async (batch: Delivery[]) => void seen.push(...labels(batch));
      const { append } = stream();
      const names = Array.from({ length: 60 }, (_, index) => String(index).padStart(2, '0'));
      let current = await bus.subscribe(consumer(handle));
      for (const [index, name] of names.entries()) {
        await append(name);
        if (index % 20 !== 19) continue;
        const next = await (await opened.member()).bus.subscribe(consumer(handle));
        await current.stop();
        current = next;
      }
      await until('the last arrived', () => seen.includes('59'));
      // Repetitions are allowed, going back behind what was never delivered is not.
      expect([...new Set(seen)]).toEqual(names);
    });
  });

  describe('failing', () => {
    it('repeats a batch until it is handled, in order', async () => {
      let failures = 3;
      const seen = await collect(
        {},
        {
          fail: () => {
            if (failures-- > 0) throw new Error('not yet');
          },
        },
      );
      await stream().append('a', 'b', 'c');
      await until('all arrived', () => seen.length === 3);
      expect(labels(seen)).toEqual(['a', 'b', 'c']);
      expect(await letters()).toEqual([]);
    });

    it('repeats for as long as the failure is the world’s and not the event’s', async () => {
      let failures = 30;
      const seen = await collect(
        {},
        {
          fail: () => {
            if (failures-- > 0) throw Object.assign(new Error('the database is away'), { retryable: true });
          },
        },
      );
      await stream().append('a');
      await until('it arrived', () => seen.length === 1);
      expect(await letters()).toEqual([]);
    });

    it('sets a poison event aside and goes on with the other keys', async () => {
      const { fail } = poison('poison');
      const seen = await collect({}, { fail });
      const bad = stream();
      const good = stream();
      await good.append('before');
      await bad.append('fine', 'poison');
      await good.append('after');
      const { found } = await lettersAre('poison');
      await until('the others arrived', () => seen.length === 3);
      expect(labels(seen).sort()).toEqual(['after', 'before', 'fine']);
      expect(found[0]).toMatchObject({
        group,
        topic: TOPIC,
        key: bad.key,
        reason: 'failed',
        errorClass: 'Error',
        errorMessage: 'cannot handle poison',
        event: { workspaceId: bad.workspaceId },
      });
      expect(found[0]!.attempts).toBeGreaterThan(1);
      expect((await bus.health()).find((each) => each.group === group)).toMatchObject({ deadLetters: 1 });
    });

    it('isolates a poison event in the middle of a batch', async () => {
      const { fail } = poison('13');
      const seen = await collect({}, { fail });
      const others = Array.from({ length: 20 }, stream);
      await Promise.all(others.map(({ append: appendTo }, index) => appendTo(String(index))));
      await lettersAre('13');
      await until('the others arrived', () => new Set(labels(seen)).size === 19);
    });

    it('sets aside an event that nobody can read: unknown type, or data outside its contract', async () => {
      const seen = await collect();
      const good = stream();
      for (const wrong of [
        { type: 'NeverHeardOf' },
        { data: { keys: 'not a list' } },
        { schemaVersion: 99 },
      ]) {
        const append = appendOf(['x']);
        await store.append({ ...append, events: append.events.map((event) => ({ ...event, ...wrong })) });
      }
      await good.append('fine');
      await until('the good one arrived', () => seen.length === 1);
      await until('the others are dead letters', async () => (await letters()).length === 3);
      expect(new Set((await letters()).map(({ reason }) => reason))).toEqual(new Set(['failed']));
    });

    it('keeps later events of the key behind the poison one, for this group only', async () => {
      const { fail } = poison('2');
      const seen = await collect({}, { fail });
      const unharmed = await collect({ group: `${group}.unharmed` });
      const { append } = stream();
      await append('1', '2', '3');
      await lettersAre('2', '3');
      await append('4');
      const { found } = await lettersAre('2', '3', '4');
      expect(found.map(({ reason }) => reason)).toEqual(['failed', 'waiting', 'waiting']);
      expect(labels(seen)).toEqual(['1']);
      await until('the other group has all', () => unharmed.length === 4);
    });

    it('keeps the quarantine when another member takes over', async () => {
      const { fail } = poison('1');
      const subscription = await bus.subscribe(consumer(async (batch) => batch.forEach(fail)));
      const { append } = stream();
      await append('1');
      await lettersAre('1');
      await subscription.stop();
      const seen = await collect({}, { on: (await opened.member()).bus });
      await append('2');
      await lettersAre('1', '2');
      expect(seen).toEqual([]);
    });
  });

  describe('re-driving', () => {
    it('delivers the letters of a key in order and then lets new events through', async () => {
      const { fail, heal } = poison('2');
      const seen = await collect({}, { fail });
      const { append, key } = stream();
      await append('1', '2', '3', '4');
      await lettersAre('2', '3', '4');
      heal('2');
      await opened.deadLetters.redriveKey({ group, topic: TOPIC, key });
      await lettersAre();
      await append('5');
      await until('all arrived', () => seen.length === 5);
      expect(labels(seen)).toEqual(['1', '2', '3', '4', '5']);
      expect(seen.map(({ headers }) => headers[REDRIVEN_HEADER] !== undefined)).toEqual([
        false,
        true,
        true,
        true,
        false,
      ]);
    });

    it('delivers up to one letter, those before it first; the rest goes on waiting', async () => {
      const { fail, heal } = poison('1');
      const seen = await collect({}, { fail });
      const { append, workspaceId } = stream();
      await append('1', '2', '3');
      const { found } = await lettersAre('1', '2', '3');
      heal('1');
      expect(await opened.deadLetters.redrive(found[1]!.id, workspaceId)).toBe(true);
      await lettersAre('3');
      await append('4');
      await lettersAre('3', '4');
      expect(labels(seen)).toEqual(['1', '2']);
    });

    it('keeps a letter that fails again, with its newest error, and those behind it', async () => {
      const { fail } = poison('1');
      const seen = await collect({}, { fail });
      const { append, key } = stream();
      await append('1', '2');
      const { found } = await lettersAre('1', '2');
      await opened.deadLetters.redriveKey({ group, topic: TOPIC, key });
      await until('it was tried again', async () => (await letters())[0]!.attempts > found[0]!.attempts);
      await lettersAre('1', '2');
      expect(seen).toEqual([]);
    });

    it('shows and re-drives a letter only inside its workspace', async () => {
      const { fail } = poison('1');
      await collect({}, { fail });
      const { append, workspaceId } = stream();
      await append('1');
      const { found } = await lettersAre('1');
      const { id } = found[0]!;
      expect(await opened.deadLetters.inspect(id, workspaceId)).toEqual(found[0]);
      expect(await opened.deadLetters.inspect(id, randomUUID())).toBeNull();
      expect(await opened.deadLetters.redrive(id, randomUUID())).toBe(false);
      expect(await opened.deadLetters.list({ workspaceId: randomUUID(), limit: 10 })).toEqual([]);
      expect(await opened.deadLetters.list({ workspaceId, limit: 10, after: found[0]! })).toEqual([]);
    });
  });
}
