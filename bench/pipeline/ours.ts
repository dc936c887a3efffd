/** The program itself as a contender: one process with all roles. */
import { importAll, startBenchServer, type BenchServer, type BenchServerOptions } from '../support.js';
import { DrafthorseClient } from '../../src/terminal/client.js';
import { groupNames, productsOf } from './catalogue.js';
import { GROUPS_EACH, GROUPS_ONE, SHOPS, type PipelineContender, type Proof } from './contender.js';
import type { Shop, Target } from './shop.js';

/** The best of 8, 16, 32 and 64: changes of one workspace are applied one by one, whatever else waits. */
const IN_FLIGHT = { one: 96, many: 96 };

export async function startOurs(name: string, options: BenchServerOptions): Promise<PipelineContender> {
  const server = await startBenchServer(options);
  try {
    const keys = await server.openWorkspaces(SHOPS);
    const one = await filled(server.url, server.apiKey, GROUPS_ONE);
    const many: Shop[] = [];
    for (const apiKey of keys) many.push(await filled(server.url, apiKey, GROUPS_EACH));
    // As autovacuum does within a minute; a benchmark does not wait for it.
    await server.database.query('ANALYZE');
    const target = (shops: Shop[]): Target => ({ url: server.url, shops, waitsForDone: true });
    return {
      name,
      one: target([one]),
      many: target(many),
      inFlight: IN_FLIGHT,
      proof: () => proofOf(server),
      memory: () => server.memory(),
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A shop with a catalogue of `groups` groups, imported over HTTP. */
export async function filled(url: string, apiKey: string, groups: number): Promise<Shop> {
  const names = groupNames(groups);
  const lines = productsOf(names).map((product) => JSON.stringify(product));
  await importAll(new DrafthorseClient({ url, apiKey }), lines);
  return { apiKey, groups: names };
}

/** From the read models; each change of the history is a row of the log. */
async function proofOf({ database }: BenchServer): Promise<Proof> {
  const { rows } = await database.query<Record<keyof Proof, number>>(`
    WITH sets AS (
      SELECT count(h.product_id) AS changed
        FROM change_sets c JOIN product_history h USING (workspace_id, change_set_id)
       WHERE c.draft_id IS NOT NULL GROUP BY c.workspace_id, c.change_set_id
    ), newest AS (
      SELECT DISTINCT ON (workspace_id, product_id) workspace_id, product_id, after
        FROM product_history ORDER BY workspace_id, product_id, version DESC
    )
    SELECT (SELECT count(*)::int FROM sets) AS "changeSets",
           (SELECT min(changed)::int FROM sets) AS "rowsMin",
           (SELECT max(changed)::int FROM sets) AS "rowsMax",
           (SELECT count(*)::int FROM newest n JOIN products p USING (workspace_id, product_id)
             WHERE p.stock <> (n.after->>'stock')::int) AS "wrongProducts"`);
  return rows[0]!;
}
