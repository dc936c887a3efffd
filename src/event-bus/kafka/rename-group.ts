/** Gives a consumer group another name: what it has handled and its dead letters move along. */
import type { Database } from '../../platform/database/database.js';

const TABLES = ['kafka_checkpoints', 'bus_checkpoints', 'dead_letters', 'redrive_requests'] as const;

/**
 * While no process takes part in either. A group that is simply started under a new name begins at the beginning: nothing
 * is lost, but its handler sees all of the log again. Offsets in Kafka stay behind; the group finds its place by
 * position. Throws when the new name has a past of its own.
 */
export async function renameGroup(database: Database, from: string, to: string): Promise<void> {
  await database.transaction(async (transaction) => {
    for (const table of TABLES) {
      const { rows } = await transaction.query(`SELECT FROM ${table} WHERE group_name = $1 LIMIT 1`, [to]);
      if (rows.length > 0) throw new Error(`the group ${to} has entries in ${table} already`);
      await transaction.query(`UPDATE ${table} SET group_name = $2 WHERE group_name = $1`, [from, to]);
    }
  });
}
