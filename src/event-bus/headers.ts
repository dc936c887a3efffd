/** Headers of a delivered event: CloudEvents 1.0, Kafka binding, binary mode, and ours. */
import type { RecordedEvent } from '../events/contract.js';

/** CloudEvents `source`: together with `ce_id` it names the event in the world. */
export const CLOUD_EVENTS_SOURCE = 'urn:drafthorse';

export function headersOf(event: RecordedEvent): Record<string, string> {
  const { traceparent } = event.metadata;
  return {
    ce_specversion: '1.0',
    ce_id: event.eventId,
    ce_type: event.type,
    ce_source: CLOUD_EVENTS_SOURCE,
    ce_subject: event.streamId,
    ce_time: event.recordedAt,
    'content-type': 'application/json',
    'drafthorse-position': event.position.toString(),
    'drafthorse-revision': String(event.revision),
    'drafthorse-schema-version': String(event.schemaVersion),
    'drafthorse-workspace-id': event.workspaceId,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
