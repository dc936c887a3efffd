/** Read model `usage_hours`: what each workspace did, by the hour. */
import type { Projection } from '../projection.js';
import { additionsOf } from './usage-counts.js';

/**
 * `$1` a JSON array of additions; values are text, so that no digit is lost on the way. In one order, so that two
 * consumers cannot wait for each other.
 */
const ADD = `
  INSERT INTO usage_hours AS u (workspace_id, hour, measure, value)
  SELECT "workspaceId", date_trunc('hour', "recordedAt", 'UTC') AS hour, measure, sum(value)
    FROM jsonb_to_recordset($1::jsonb)
         AS r ("workspaceId" uuid, "recordedAt" timestamptz, measure text, value numeric)
   GROUP BY "workspaceId", hour, measure
   ORDER BY "workspaceId", hour, measure
  ON CONFLICT (workspace_id, hour, measure) DO UPDATE SET value = u.value + excluded.value`;

export const usageProjection: Projection = {
  name: 'usage',
  topics: ['drafthorse.drafts', 'drafthorse.catalogue'],
  tables: ['usage_hours'],
  async apply(transaction, deliveries) {
    const additions = deliveries.flatMap(({ event }) => {
      const { workspaceId, recordedAt } = event;
      return additionsOf(event).map(([measure, value]) => ({ workspaceId, recordedAt, measure, value }));
    });
    if (additions.length > 0) await transaction.query(ADD, [JSON.stringify(additions)]);
  },
};
