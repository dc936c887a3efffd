import { describe, expect, it } from 'vitest';
import { Advances } from './advances.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Waits for the stream, as the one who is expected to be woken: the first look by time is half a second away. */
function waiter(wokenBy?: (type: string) => boolean) {
  const advances = new Advances();
  const ending = new AbortController();
  let looks = 0;
  const look = () => {
    looks += 1;
    return Promise.resolve(false);
  };
  const wait = {
    timeoutMs: 60_000,
    streamId: 'draft-1',
    isExpectedHere: true,
    signal: ending.signal,
    wokenBy,
  };
  const over = advances.waitUntil('drafts', look, wait);
  const looksAfter = async (...types: string[]) => {
    await settled();
    const before = looks;
    advances.advanced(
      'drafts',
      types.map((type) => ({ streamId: 'draft-1', type })),
    );
    await settled();
    return looks - before;
  };
  const end = async () => {
    ending.abort();
    await over;
  };
  return { looksAfter, end };
}

describe('who waits for a stream', () => {
  it('looks once for a batch of its events', async () => {
    const { looksAfter, end } = waiter();
    expect(await looksAfter('Parsed', 'PreviewBuilt')).toBe(1);
    await end();
  });

  it('sleeps on while no event comes that may end the wait, and looks when one comes along with others', async () => {
    const { looksAfter, end } = waiter((type) => type === 'Executed');
    expect(await looksAfter('Confirmed', 'ExecutionQueued')).toBe(0);
    expect(await looksAfter('ExecutionStarted', 'Executed')).toBe(1);
    await end();
  });
});
