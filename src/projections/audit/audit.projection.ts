/** Read model `audit_trail`: every fact of every stream, in log order, with who caused it. */
import { TOPICS } from '../../events/streams.js';
import type { Projection } from '../projection.js';
import { auditFacts } from './audit-facts.js';

/** `$1` a JSON array of entries. */
const INSERT = {
  name: 'audit-insert',
  text: `
  INSERT INTO audit_trail (workspace_id, position, event_id, stream_id, revision, type, user_id, correlation_id,
                           causation_id, facts, recorded_at)
  SELECT "workspaceId", position, "eventId", "streamId", revision, type, "userId", "correlationId", "causationId",
         facts, "recordedAt"
    FROM jsonb_to_recordset($1::jsonb) AS r (
      "workspaceId" uuid, position bigint, "eventId" uuid, "streamId" text, revision integer, type text,
      "userId" uuid, "correlationId" text, "causationId" uuid, facts jsonb, "recordedAt" timestamptz)`,
};

export const auditProjection: Projection = {
  name: 'audit',
  // The rows of a large preview are vouched for by the hash in its PreviewBuilt.
  topics: TOPICS.filter((topic) => topic !== 'drafthorse.plans'),
  tables: ['audit_trail'],
  async apply(transaction, deliveries) {
    const entries = deliveries.map(({ event }) => ({
      workspaceId: event.workspaceId,
      position: event.position.toString(),
      eventId: event.eventId,
      streamId: event.streamId,
      revision: event.revision,
      type: event.type,
      userId: event.metadata.userId,
      correlationId: event.metadata.correlationId,
      causationId: event.metadata.causationId,
      facts: auditFacts(event),
      recordedAt: event.recordedAt,
    }));
    await transaction.query(INSERT, [JSON.stringify(entries)]);
  },
};
