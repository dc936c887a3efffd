/** The row of the audit trail that an event has. Pure: verifying the trail makes the same row again and compares. */
import type { ReadEvent } from '../../events/registry.js';
import { auditFacts } from './audit-facts.js';

/** By column of `audit_trail`. */
export function trailRow(event: ReadEvent): Record<string, unknown> {
  return {
    workspace_id: event.workspaceId,
    position: event.position.toString(),
    event_id: event.eventId,
    stream_id: event.streamId,
    revision: event.revision,
    type: event.type,
    user_id: event.metadata.userId,
    correlation_id: event.metadata.correlationId,
    causation_id: event.metadata.causationId,
    facts: auditFacts(event),
    recorded_at: event.recordedAt,
  };
}
