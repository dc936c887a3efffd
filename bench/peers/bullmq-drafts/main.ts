/**
 * Drafts as they are commonly built: a table row per draft, two BullMQ queues on Redis, workers that update the tables
 * directly. API and workers in one process, as the program it is compared with.
 */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { createApi } from './api.js';
import { EXECUTE, executeQueue, JobEnds, PARSE, parseQueue } from './queues.js';
import { settings } from './settings.js';
import { startWorkers } from './workers.js';

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: settings.poolSize });
pool.on('error', (error) => console.error(error));
await pool.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));

const [parsed, executed] = [new JobEnds(PARSE), new JobEnds(EXECUTE)];
await Promise.all([
  parsed.ready(),
  executed.ready(),
  parseQueue.waitUntilReady(),
  executeQueue.waitUntilReady(),
]);
const workers = startWorkers(pool);
const api = createApi({ pool, parsed, executed });
await api.listen({ host: '127.0.0.1', port: settings.port });

async function stop(): Promise<void> {
  await api.close();
  await Promise.all(workers.map((worker) => worker.close()));
  await Promise.all([parsed, executed, parseQueue, executeQueue].map((part) => part.close()));
  await pool.end();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
