/** Every role a process of its own, two of most, over Kafka; some of them die while drafts are on their way. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import { reconcile } from '../../src/event-bus/reconciler/reconcile.js';
import { withAdmin } from '../../src/event-bus/kafka/topics.js';
import { ApiClient } from '../support/api-client.js';
import { hasKafka, openKafkaBuses, type KafkaSpec } from '../support/kafka-buses.js';
import { startRole, untilReady, type RoleProcess } from '../support/role-process.js';
import { until } from '../support/until.js';

describe.runIf(hasKafka())('roles in processes of their own', () => {
  let spec: KafkaSpec;
  let api: ApiClient;
  const running: RoleProcess[] = [];
  const apiKey = randomBytes(24).toString('base64url');

  const start = async (roles: string) => {
    const started = await startRole({
      ROLES: roles,
      DATABASE_URL: spec.data.url,
      DATABASE_POOL_SIZE: '5',
      DRAFTHORSE_API_KEY: apiKey,
      KAFKA_BROKERS: spec.connection.brokers.join(),
      KAFKA_TOPIC_PREFIX: spec.connection.prefix,
      KAFKA_PARTITIONS: String(spec.topics.partitions),
      KAFKA_SESSION_SECONDS: '6',
      RATE_LIMIT_DRAFTS: '0',
      RATE_LIMIT_EXECUTIONS: '0',
      RATE_LIMIT_READS: '0',
    });
    running.push(started);
    return started;
  };

  let relay: RoleProcess;
  let sagas: RoleProcess;
  let projections: RoleProcess;
  beforeAll(async () => {
    spec = await openKafkaBuses({ relay: false });
    relay = await start('relay');
    const front = await start('api');
    sagas = await start('sagas');
    projections = await start('projections');
    await untilReady(...running);
    api = new ApiClient(() => front.url, apiKey);
    await api.importCatalogue([{ sku: 'LAMP', name: 'Desk lamp', price: '100.00', stock: 5 }]);
  }, 240_000);
  afterAll(async () => {
    await Promise.all(running.map((each) => each.end('SIGKILL')));
    await spec?.close();
  });

  it('bring a sentence to a change that the API shows at once', async () => {
    await api.apply('increase the price of sku LAMP by 10');
    expect(await api.product('LAMP')).toMatchObject({ price: '110.00', version: 2 });
  });

  it('lose nothing and do nothing twice while one of each kind dies and another takes over', async () => {
    await Promise.all([start('relay'), start('sagas'), start('projections')]);
    const drafts = 6;
    const changes = (async () => {
      for (let index = 0; index < drafts; index += 1) await api.apply('increase the price of sku LAMP by 10');
    })();
    for (const victim of [relay, sagas, projections]) await victim.end('SIGKILL');
    await changes;
    await until(
      'the last change is shown',
      async () => (await api.product('LAMP')).version === 2 + drafts,
      60_000,
    );
    expect(await api.product('LAMP')).toMatchObject({ price: `${110 + drafts * 10}.00` });
    const options = { connection: spec.connection, store: spec.store, database: spec.data.database };
    await until(
      'everything is relayed',
      async () => {
        const { events } = await reconcile({ ...options, from: null, to: null });
        const { rows } = await spec.data.database.query<{ count: number }>(
          'SELECT count(*)::integer AS count FROM events',
        );
        return events === rows[0]!.count;
      },
      30_000,
    );
    expect((await reconcile({ ...options, from: null, to: null })).differences).toEqual([]);
  }, 240_000);

  it('have a dead letter topic for every group', async () => {
    const topics = await withAdmin(spec.connection, 'looking', (admin) => admin.listTopics());
    for (const { name } of ALL_PROJECTIONS)
      expect(topics).toContain(`${spec.connection.prefix}projection.${name}.dlq`);
  });

  it('stop cleanly on SIGTERM', async () => {
    const alive = running.filter((each) => ![relay, sagas, projections].includes(each));
    for (const exit of await Promise.all(alive.map((each) => each.end('SIGTERM'))))
      expect(exit).toEqual({ code: 0, signal: null });
  });
});
