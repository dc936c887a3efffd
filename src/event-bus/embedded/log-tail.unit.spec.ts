import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendOf, labelOf } from '../../../test/support/events.js';
import { until } from '../../../test/support/until.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { LogTail } from './log-tail.js';

/** Counts its reads, and can hide the newest events like a watermark does. */
class WatchedStore extends MemoryEventStore {
  reads = 0;
  hidden = false;

  override async readAll(options: { after: bigint; limit: number }) {
    this.reads += 1;
    return this.hidden ? [] : super.readAll(options);
  }
}

let store: WatchedStore;
let tail: LogTail;
const never = new AbortController().signal;

beforeEach(() => {
  store = new WatchedStore();
  tail = new LogTail({ store, pollMs: 60_000 });
  tail.open();
});
afterEach(() => tail.close());

/** Follows the log from `after` until `count` events came. */
async function follow(count: number, after = 0n): Promise<string[]> {
  const labels: string[] = [];
  let position = after;
  while (labels.length < count) {
    const events = await tail.read(position);
    labels.push(...events.map(({ recorded }) => labelOf(recorded)));
    position = events.at(-1)?.recorded.position ?? position;
    if (events.length === 0) await tail.waitBeyond(position, never).over;
  }
  return labels;
}

describe('the tail of the log', () => {
  it('is read once for ten who wait at it', async () => {
    const followers = Array.from({ length: 10 }, () => follow(3));
    for (const label of ['a', 'b', 'c']) await store.append(appendOf([label]));
    expect(await Promise.all(followers)).toEqual(Array.from({ length: 10 }, () => ['a', 'b', 'c']));
    // One at the start and at most one per append.
    expect(store.reads).toBeLessThanOrEqual(4);
  });

  it('hands out an event read and validated once', async () => {
    await store.append(appendOf(['a']));
    const [[one], [other]] = [await tail.read(0n), await tail.read(0n)];
    expect(one!.read()).toBe(other!.read());
  });

  it('looks again soon when an event was appended but is not visible yet', async () => {
    const following = follow(1);
    await until('it waits', () => store.reads === 1);
    store.hidden = true;
    await store.append(appendOf(['slow']));
    await until('it has looked in vain a few times', () => store.reads > 4);
    store.hidden = false;
    expect(await following).toEqual(['slow']);
  });

  it('serves one who is far behind, and the others meanwhile', async () => {
    const all = Array.from({ length: 2_600 }, (_, index) => String(index));
    for (let first = 0; first < all.length; first += 100)
      await store.append(appendOf(all.slice(first, first + 100)));
    const head = await store.headPosition();
    const atTheEnd = follow(1, head);
    expect(await follow(all.length)).toEqual(all);
    await store.append(appendOf(['new']));
    expect(await atTheEnd).toEqual(['new']);
  });

  it('wakes those who wait when another is found to be further', async () => {
    const behind = follow(3);
    await until('it waits', () => store.reads > 0);
    store.hidden = true;
    await store.append(appendOf(['a', 'b']));
    const head = await store.headPosition();
    await tail.read(head);
    store.hidden = false;
    await store.append(appendOf(['c']));
    expect(await behind).toEqual(['a', 'b', 'c']);
  });

  it('passes over events of a stream nobody knows', async () => {
    await store.append(appendOf(['stranger'], { streamId: 'stranger-1' }));
    await store.append(appendOf(['known']));
    expect((await tail.read(0n)).map(({ topic }) => topic)).toEqual(['none', 'drafthorse.workspaces']);
  });

  it('lets go of those who wait when they are stopped', async () => {
    const stop = new AbortController();
    const waiting = tail.waitBeyond(0n, stop.signal).over;
    stop.abort();
    await waiting;
  });
});
