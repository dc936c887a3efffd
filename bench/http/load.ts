/** Load on a server from a process of its own; every answer must be a success. */
import { z } from 'zod';
import { runJsonProcess } from './json-process.js';

export interface LoadRequest {
  method: 'GET' | 'POST';
  /** Below the URL of the job. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoadJob {
  url: string;
  headers: Record<string, string>;
  connections: number;
  seconds: number;
  /** Connection n repeats the n-th sequence, and so on round. */
  sequences: LoadRequest[][];
}

const LoadResult = z.strictObject({
  /** Answered. */
  requests: z.number(),
  requestsPerSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** Answers other than 2xx. */
  refused: z.number(),
  /** Requests without an answer. */
  broken: z.number(),
});
export type LoadResult = z.infer<typeof LoadResult>;

export async function underLoad({ url, ...job }: LoadJob): Promise<LoadResult> {
  // autocannon keeps only the host of its URL beside requests of one's own.
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/$/, '');
  const sequences = job.sequences.map((requests) =>
    requests.map((request) => ({ ...request, path: `${prefix}${request.path}` })),
  );
  const answer = await runJsonProcess('bench/peers/http/load.ts', { ...job, url: origin, sequences });
  const result = LoadResult.parse(answer);
  if (result.refused > 0 || result.broken > 0)
    throw new Error(`${url} refused ${result.refused} requests and left ${result.broken} without an answer`);
  return result;
}
