import { expect, it } from 'vitest';
import { Turns } from './turns.js';

const turnsOf = (atOnce: number, waitingMax: number) =>
  new Turns({ atOnce, waitingMax, refusal: () => new Error('no room') });

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve, fail: reject };
}

it('does so much at once and the rest in order', async () => {
  const turns = turnsOf(2, 10);
  const jobs = Array.from({ length: 5 }, held);
  const begun: number[] = [];
  const done = jobs.map(({ work }, index) => turns.run(() => (begun.push(index), work())));
  expect(begun).toEqual([0, 1]);
  jobs[1]!.end();
  await done[1];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  for (const { end } of jobs) end();
  await Promise.all(done);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

it('refuses what finds too many waiting, and has room again afterwards', async () => {
  const turns = turnsOf(2, 3);
  const job = held();
  const taken = Array.from({ length: 5 }, () => turns.run(job.work));
  await expect(turns.run(job.work)).rejects.toThrow('no room');
  job.end();
  await Promise.all(taken);
  const again = Array.from({ length: 5 }, () => turns.run(async () => 'done'));
  expect(await Promise.all(again)).toEqual(Array(5).fill('done'));
});

it('hands the place of what failed on', async () => {
  const turns = turnsOf(1, 1);
  const [failing, next] = [held(), held()];
  const first = turns.run(failing.work);
  const second = turns.run(next.work);
  failing.fail(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  next.end();
  await second;
  await turns.run(async () => undefined);
});
