/** Load by autocannon in a process of its own: a job comes on standard input, what was measured goes to standard output. */
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';
import type { LoadJob, LoadResult } from '../../http/load.js';

const job = JSON.parse(await text(process.stdin)) as LoadJob;
let connection = 0;
const { duration, requests, latency, non2xx, errors } = await autocannon({
  url: job.url,
  connections: job.connections,
  duration: job.seconds,
  headers: job.headers,
  setupClient: (client) => client.setRequests([...job.sequences[connection++ % job.sequences.length]!]),
});
const result: LoadResult = {
  requests: requests.total,
  requestsPerSecond: requests.total / duration,
  p50Ms: latency.p50,
  p99Ms: latency.p99,
  refused: non2xx,
  broken: errors,
};
process.stdout.write(JSON.stringify(result));
