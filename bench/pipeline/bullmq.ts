/** The common design as a contender; it lives in `bench/peers/bullmq-drafts/`. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { freePort, memoryOf, Program } from '../program.js';
import { benchPostgres } from '../support.js';
import { groupNames, productsOf } from './catalogue.js';
import { GROUPS_EACH, GROUPS_ONE, SHOPS, type PipelineContender, type Proof } from './contender.js';
import { startRedis } from './redis.js';
import type { Shop } from './shop.js';

/** Jobs of each kind at once: the best of 4, 8, 16 and 32 on two cores. */
const CONCURRENCY = 16;
const POOL_SIZE = 20;
/** The best of 16, 32 and 64. */
const IN_FLIGHT = { one: 32, many: 32 };

export async function startBullmq(name: string, concurrency = CONCURRENCY): Promise<PipelineContender> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of undo.toReversed()) await each();
  };
  try {
    const postgres = await benchPostgres();
    undo.push(() => postgres.remove());
    const redis = await startRedis();
    undo.push(() => redis.stop());
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = await Program.start({
      name: 'API and workers',
      entry: 'bench/peers/bullmq-drafts/main.ts',
      readyUrl: `${url}/health/ready`,
      environment: {
        NODE_ENV: 'production',
        PORT: String(port),
        DATABASE_URL: postgres.url,
        REDIS_PORT: String(redis.port),
        CONCURRENCY: String(concurrency),
        DATABASE_POOL_SIZE: String(POOL_SIZE),
      },
    });
    undo.push(() => program.stop());
    const database = new Database({ url: postgres.url, poolSizeMax: 2, applicationName: 'bench' });
    undo.push(() => database.close());
    const one = await filled(database, GROUPS_ONE);
    const many: Shop[] = [];
    while (many.length < SHOPS) many.push(await filled(database, GROUPS_EACH));
    await database.query('ANALYZE');
    const target = (shops: Shop[]) => ({ url, shops, waitsForDone: true });
    return {
      name,
      one: target([one]),
      many: target(many),
      inFlight: IN_FLIGHT,
      proof: () => proofOf(database),
      memory: async () => [await program.memory(), await memoryOf('redis-server', redis.pid)],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function filled(database: Database, groups: number): Promise<Shop> {
  const workspaceId = randomUUID();
  const apiKey = randomBytes(32).toString('base64url');
  const names = groupNames(groups);
  await database.query('INSERT INTO workspaces (workspace_id, name) VALUES ($1, $2)', [workspaceId, 'Shop']);
  await database.query('INSERT INTO api_keys (key_hash, workspace_id) VALUES ($1, $2)', [
    createHash('sha256').update(apiKey).digest(),
    workspaceId,
  ]);
  await database.query(
    `INSERT INTO products (workspace_id, sku, name, price, stock, category, brand, fields)
     SELECT $1, sku, name, price, stock, category, brand, fields
       FROM jsonb_to_recordset($2::jsonb) AS p(sku text, name text, price numeric, stock int, category text, brand text,
                                               fields jsonb)`,
    [workspaceId, JSON.stringify(productsOf(names))],
  );
  return { apiKey, groups: names };
}

async function proofOf(database: Database): Promise<Proof> {
  const { rows } = await database.query<Record<keyof Proof, number>>(`
    WITH newest AS (
      SELECT DISTINCT ON (workspace_id, "productId") workspace_id, "productId", after
        FROM change_sets, jsonb_to_recordset(rows) AS c("productId" uuid, after jsonb)
       ORDER BY workspace_id, "productId", (after->>'stock')::int DESC
    )
    SELECT (SELECT count(*)::int FROM change_sets) AS "changeSets",
           (SELECT min(jsonb_array_length(rows))::int FROM change_sets) AS "rowsMin",
           (SELECT max(jsonb_array_length(rows))::int FROM change_sets) AS "rowsMax",
           (SELECT count(*)::int FROM newest n
              JOIN products p ON p.workspace_id = n.workspace_id AND p.product_id = n."productId"
             WHERE p.stock <> (n.after->>'stock')::int) AS "wrongProducts"`);
  return rows[0]!;
}
