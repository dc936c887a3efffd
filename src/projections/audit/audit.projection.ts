/** Read model `audit_trail`: every fact of every stream, in log order, with who caused it. */
import { TOPICS, type Topic } from '../../events/streams.js';
import type { Projection } from '../projection.js';
import { trailRow } from './trail-row.js';

/** The rows of a large preview are vouched for by the hash in its PreviewBuilt. */
export const TRAIL_TOPICS: readonly Topic[] = TOPICS.filter((topic) => topic !== 'drafthorse.plans');

/** `$1` a JSON array of entries. */
const INSERT = {
  name: 'audit-insert',
  text: `
  INSERT INTO audit_trail (workspace_id, position, event_id, stream_id, revision, type, user_id, correlation_id,
                           causation_id, facts, recorded_at)
  SELECT workspace_id, position, event_id, stream_id, revision, type, user_id, correlation_id, causation_id, facts,
         recorded_at
    FROM jsonb_to_recordset($1::jsonb) AS r (
      workspace_id uuid, position bigint, event_id uuid, stream_id text, revision integer, type text, user_id uuid,
      correlation_id text, causation_id uuid, facts jsonb, recorded_at timestamptz)`,
};

export const auditProjection: Projection = {
  name: 'audit',
  topics: TRAIL_TOPICS,
  tables: ['audit_trail'],
  async apply(transaction, deliveries) {
    const entries = deliveries.map(({ event }) => trailRow(event));
    await transaction.query(INSERT, [JSON.stringify(entries)]);
  },
};
