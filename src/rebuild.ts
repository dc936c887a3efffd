/**
 * `npm run rebuild -- <read model …|all> [--switch when-equal|always|never] [--from log|previous]`: builds read models
 * again from the log beside the live ones, compares, and exchanges them. Works beside a running server. Ends with 1
 * when a live read model differed from its rebuild.
 */
import { Command, Option } from 'commander';
import { kafkaConnection, topicSettings } from './composition/kafka.js';
import { openDatabase } from './composition/operator-database.js';
import { EmbeddedEventBus } from './event-bus/embedded/embedded-event-bus.js';
import { KafkaEventBus } from './event-bus/kafka/kafka-event-bus.js';
import { DeadLetters } from './event-bus/dead-letters.js';
import { PostgresEventStore } from './event-store/postgres/postgres-event-store.js';
import { ConfigError, readConfig } from './platform/config/config.js';
import { ALL_PROJECTIONS } from './projections/all.js';
import { rebuild, type RebuildOptions, type RebuildReport } from './projections/rebuild.js';

interface Options {
  switch: RebuildOptions['switchOver'];
  from: NonNullable<RebuildOptions['from']>;
}

const program = new Command('rebuild')
  .argument('<read-model...>', `all, or some of: ${ALL_PROJECTIONS.map(({ name }) => name).join(', ')}`)
  .addOption(
    new Option('--switch <when>', 'when to put the rebuilt one in place')
      .choices(['when-equal', 'always', 'never'])
      .default('when-equal'),
  )
  .addOption(
    new Option('--from <source>', 'the log, or the tables before the last switch (the way back)')
      .choices(['log', 'previous'])
      .default('log'),
  )
  .action(async (names: string[], options: Options) => {
    const unknown = names.find(
      (name) => name !== 'all' && !ALL_PROJECTIONS.some((known) => known.name === name),
    );
    if (unknown !== undefined) throw new ConfigError([`no read model is called ${unknown}`]);
    const reports = await rebuildAll(names, options);
    process.exitCode = reports.every(isEqual) ? 0 : 1;
  });

async function rebuildAll(names: string[], options: Options): Promise<RebuildReport[]> {
  const { settings } = readConfig(process.env);
  const { database, close } = await openDatabase(settings);
  const store = new PostgresEventStore(database);
  const connection = kafkaConnection(settings);
  const parts = { store, database, deadLetters: new DeadLetters(database) };
  const bus = connection
    ? new KafkaEventBus({ ...parts, connection, topics: topicSettings(settings) })
    : new EmbeddedEventBus(parts);
  const reports: RebuildReport[] = [];
  try {
    for (const projection of ALL_PROJECTIONS) {
      if (!names.includes('all') && !names.includes(projection.name)) continue;
      const report = await rebuild({
        database,
        store,
        bus,
        projection,
        switchOver: options.switch,
        from: options.from,
      });
      reports.push(report);
      console.log(describe(report));
    }
  } finally {
    await bus.close();
    await store.close();
    await close();
  }
  return reports;
}

const isEqual = ({ differences }: RebuildReport) =>
  differences.every(({ onlyLive, onlyRebuilt }) => onlyLive === 0 && onlyRebuilt === 0);

function describe(report: RebuildReport): string {
  const result = isEqual(report)
    ? 'equal'
    : report.differences
        .filter(({ onlyLive, onlyRebuilt }) => onlyLive + onlyRebuilt > 0)
        .map(
          ({ table, onlyLive, onlyRebuilt }) =>
            `${table}: ${onlyLive} rows only live, ${onlyRebuilt} only rebuilt`,
        )
        .join('; ');
  return `${report.projection}: ${report.events} events, ${result}, ${report.switched ? 'switched' : 'not switched'}`;
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
