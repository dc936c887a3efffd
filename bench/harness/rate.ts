export interface RateOptions {
  /** Concurrent loops; each starts its next call when its last one has ended. */
  workers: number;
  seconds: number;
}

/** Calls per second of `work`, which is told which worker (from 0) calls. Calls under way at the end are waited for and count. */
export async function ratePerSecond(
  { workers, seconds }: RateOptions,
  work: (worker: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  let calls = 0;
  const loop = async (worker: number) => {
    while (performance.now() < until) {
      await work(worker);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker)));
  return (calls * 1_000) / (performance.now() - startedAt);
}
