/** Visitors of the shop, from a process of their own. */
import { z } from 'zod';
import { runJsonProcess } from './json-process.js';

export interface VisitsJob {
  url: string;
  headers: Record<string, string>;
  visitors: number;
  /** In which every visitor does all steps of their visit. */
  seconds: number;
  /** Paths of one visit each; visitors take them in turn. */
  visits: string[][];
}

const VisitsResult = z.strictObject({
  requests: z.number(),
  failures: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** What it took in truth; longer than asked for when the server did not keep up. */
  seconds: z.number(),
});
export type VisitsResult = z.infer<typeof VisitsResult>;

export async function simulateVisits(job: VisitsJob): Promise<VisitsResult> {
  return VisitsResult.parse(await runJsonProcess('bench/http/visitors.ts', job));
}
