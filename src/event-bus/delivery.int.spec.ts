/** Delivery by itself, driven like a transport drives it: what happens between a crash and its repetition. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { fieldDefined, labelOf, metadata } from '../../test/support/events.js';
import { readEvent } from '../events/registry.js';
import { DEAD_LETTERS_PAGE_MAX, DeadLetters } from './dead-letters.js';
import { DeliveryStopped, GroupDelivery, type Incoming } from './delivery.js';
import type { Delivery } from './event-bus.js';

let made: TestDatabase;
let deadLetters: DeadLetters;
let group: string;
let key: string;
let seen: string[];
let poisonous: Set<string>;
let calls: number;

beforeAll(async () => {
  made = await testDatabase();
  deadLetters = new DeadLetters(made.database);
});
afterAll(() => made.drop());
beforeEach(() => {
  group = `spec.${randomUUID()}`;
  key = randomUUID();
  seen = [];
  poisonous = new Set();
  calls = 0;
});

function incoming(position: number, options: { key?: string; label?: string } = {}): Incoming {
  const ofKey = options.key ?? key;
  const recorded = {
    ...fieldDefined(options.label ?? String(position)),
    workspaceId: ofKey,
    streamId: `workspace-${ofKey}`,
    revision: position,
    position: BigInt(position),
    metadata: metadata(),
    recordedAt: '2026-01-01T00:00:00.000Z',
  };
  return {
    topic: 'drafthorse.workspaces',
    partition: 0,
    key: ofKey,
    headers: {},
    recorded,
    read: () => readEvent(recorded),
  };
}

/** One more process that delivers the group. */
async function member(signal = new AbortController().signal): Promise<GroupDelivery> {
  const handle = (batch: Delivery[]) => {
    calls += 1;
    for (const { event } of batch)
      if (poisonous.has(labelOf(event))) return Promise.reject(new Error('poison'));
    seen.push(...batch.map(({ event }) => labelOf(event)));
    return Promise.resolve();
  };
  const policy = { backoffMsMin: 1, backoffMsMax: 2 };
  const delivery = new GroupDelivery({ consumer: { group, handle }, deadLetters, signal, policy });
  await delivery.start();
  return delivery;
}

const letters = async () =>
  (await deadLetters.list({ workspaceId: null, group, limit: DEAD_LETTERS_PAGE_MAX })).map(
    ({ position, reason }) => `${position} ${reason}`,
  );

describe('a batch that is delivered again after a crash', () => {
  it('sets nothing aside twice, and hands over again only what lies before the first letter', async () => {
    poisonous.add('3');
    const batch = [1, 2, 3, 4].map((position) => incoming(position));
    await (await member()).deliver(batch);
    expect(await letters()).toEqual(['3 failed', '4 waiting']);

    seen = [];
    await (await member()).deliver(batch);
    expect(seen).toEqual(['1', '2']);
    expect(await letters()).toEqual(['3 failed', '4 waiting']);
  });

  it('does not hand over what waits, even when the cause would succeed by now', async () => {
    poisonous.add('1');
    await (await member()).deliver([incoming(1), incoming(2)]);
    poisonous.clear();
    const next = await member();
    await next.deliver([incoming(1), incoming(2), incoming(3)]);
    expect(seen).toEqual([]);
    await deadLetters.redriveKey({ group, topic: 'drafthorse.workspaces', key });
    await next.redrive();
    await next.deliver([incoming(4)]);
    expect(seen).toEqual(['1', '2', '3', '4']);
  });
});

describe('a poison event', () => {
  it('is tried with its batch, then alone, a bounded number of times', async () => {
    poisonous.add('1');
    await (await member()).deliver([incoming(1)]);
    expect(calls).toBe(2 + 5);
  });

  it('that cannot be stored as it is becomes a letter all the same', async () => {
    const broken = incoming(1, { label: 'nul \u0000 and half \ud83d' });
    await (
      await member()
    ).deliver([
      {
        ...broken,
        recorded: { ...broken.recorded, type: 'Unheard' },
        read: () => readEvent({ ...broken.recorded, type: 'Unheard' }),
      },
    ]);
    expect(await letters()).toEqual(['1 failed']);
  });

  it('of one key leaves the other keys in order', async () => {
    const other = randomUUID();
    poisonous.add('2');
    await (
      await member()
    ).deliver([
      incoming(1),
      incoming(2),
      incoming(3, { key: other }),
      incoming(4),
      incoming(5, { key: other }),
    ]);
    expect(seen).toEqual(['1', '3', '5']);
    expect(await letters()).toEqual(['2 failed', '4 waiting']);
  });
});

describe('without dead letters', () => {
  it('asks the database nothing, for delivering or for re-drives', async () => {
    const delivery = await member();
    const query = vi.spyOn(made.database, 'query');
    try {
      await delivery.deliver([incoming(1), incoming(2)]);
      await delivery.redrive();
      expect(seen).toEqual(['1', '2']);
      expect(query).not.toHaveBeenCalled();
    } finally {
      query.mockRestore();
    }
  });
});

describe('stopping', () => {
  it('ends waiting for the next try and leaves the batch unhandled', async () => {
    const stop = new AbortController();
    const delivery = await member(stop.signal);
    poisonous.add('1');
    stop.abort();
    await expect(delivery.deliver([incoming(1)])).rejects.toThrow(DeliveryStopped);
    expect(await letters()).toEqual([]);
  });
});

it('refuses a page of letters beyond its bound', async () => {
  for (const limit of [0, DEAD_LETTERS_PAGE_MAX + 1])
    await expect(deadLetters.list({ workspaceId: null, limit })).rejects.toThrow(RangeError);
});
