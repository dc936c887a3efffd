/** More processes with the roles `sagas` and `projections` on Kafka, beside one with `api` and `relay`. */
import { availableParallelism } from 'node:os';
import { filled } from '../pipeline/ours.js';
import { startKafka } from '../pipeline/kafka.js';
import type { Shop, Target } from '../pipeline/shop.js';
import type { Program } from '../program.js';
import { startBenchServer, type BenchServer } from '../support.js';
import { targetOf, throughput, type Bench } from './measure.js';

const CONSUMERS = [1, 2, 4];
const PARTITIONS = 8;
const SHOPS = 16;
const GROUPS_EACH = 8;
const IN_FLIGHT = 16;
/** All processes together stay below PostgreSQL's 100 connections. */
const POOL_SIZE = '4';
/** Partitions change hands, and drafts that waited for that are done, before the clock starts. */
const SETTLING_SECONDS = 1;

export async function measureConsumers(bench: Bench): Promise<void> {
  const kafka = await startKafka({ partitions: PARTITIONS });
  try {
    const { databaseUrl, environment } = kafka.options;
    const server = await startBenchServer({
      databaseUrl,
      environment: { ...environment, DATABASE_POOL_SIZE: POOL_SIZE },
      processes: [['api', 'relay']],
    });
    await measureOn(bench, server).finally(() => server.stop());
  } finally {
    await kafka.end();
  }
}

async function measureOn(bench: Bench, server: BenchServer): Promise<void> {
  const consumers = new Consumers(server);
  await consumers.become(1);
  const shops: Shop[] = [];
  for (const apiKey of await server.openWorkspaces(SHOPS))
    shops.push(await filled(server.url, apiKey, GROUPS_EACH));
  await server.database.query('VACUUM ANALYZE');
  const target: Target = targetOf(server.url, shops);
  await throughput(bench, {
    title: `by processes with sagas and projections on Kafka (${availableParallelism()} cores for all of them)`,
    inFlight: IN_FLIGHT,
    sizes: CONSUMERS.map((count) => ({
      name: count === 1 ? 'one process' : `${count} processes`,
      target,
      prepare: async () => {
        await consumers.become(count);
        await bench.driver.run({
          kind: 'throughput',
          target,
          inFlight: IN_FLIGHT,
          seconds: SETTLING_SECONDS,
        });
      },
    })),
  });
  await consumers.become(Math.max(...CONSUMERS));
  await bench.driver.run({ kind: 'throughput', target, inFlight: IN_FLIGHT, seconds: bench.seconds });
  for (const { name, residentMiB, peakMiB } of await server.memory()) {
    bench.report.figure({ title: `on Kafka, memory of ${name} under load`, unit: 'MiB', value: residentMiB });
    bench.report.figure({ title: `on Kafka, memory of ${name} at its peak`, unit: 'MiB', value: peakMiB });
  }
}

class Consumers {
  private readonly running: Program[] = [];

  constructor(private readonly server: BenchServer) {}

  async become(count: number): Promise<void> {
    while (this.running.length > count) await this.running.pop()!.stop();
    while (this.running.length < count) this.running.push(await this.server.start(['sagas', 'projections']));
  }
}
