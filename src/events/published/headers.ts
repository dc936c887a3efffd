/**
 * The headers of a published event: CloudEvents 1.0 in Kafka's binary mode, and ours. What sends them are
 * `event-bus/headers.ts` and the Kafka transport.
 */
import { z } from 'zod';
import { EventMetadata } from '../contract.js';
import type { JsonSchema } from './event-schemas.js';

const TEXT = { type: 'string' };
const UUID = { type: 'string', format: 'uuid' };
const WHOLE_NUMBER = { type: 'string', pattern: '^\\d{1,19}$' };

/** Every header is text in UTF-8, numbers included. */
export const HEADERS: Record<string, JsonSchema> = {
  ce_specversion: { const: '1.0' },
  ce_id: { ...UUID, description: 'Names the event; the same one delivered twice has the same id' },
  ce_type: { ...TEXT, description: 'The event type: with the version it says which schema the value has' },
  ce_source: { const: 'urn:drafthorse' },
  ce_subject: { ...TEXT, description: 'The stream the event belongs to, e.g. draft-<id>' },
  ce_time: { type: 'string', format: 'date-time', description: 'When it was recorded, UTC' },
  'content-type': { const: 'application/json' },
  'drafthorse-position': {
    ...WHOLE_NUMBER,
    description: 'Place in the whole log: grows, with gaps; does not repeat over all topics',
  },
  'drafthorse-revision': { ...WHOLE_NUMBER, description: 'Place in its stream, from 0 without gaps' },
  'drafthorse-schema-version': { ...WHOLE_NUMBER, description: 'Version of the schema of the value, from 1' },
  'drafthorse-workspace-id': UUID,
  'drafthorse-previous': {
    ...WHOLE_NUMBER,
    description:
      'Position of the event before this one in its partition, 0 for the first: another one there means a gap',
  },
  'drafthorse-metadata': {
    ...TEXT,
    contentMediaType: 'application/json',
    contentSchema: z.toJSONSchema(EventMetadata, { target: 'draft-2020-12', io: 'output' }),
    description: 'Who and what caused the event: user, command, correlation and causation ids',
  },
  traceparent: {
    type: 'string',
    pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
    description: 'W3C Trace Context of the request that led to the event, where it carried one',
  },
};

const OPTIONAL = new Set(['traceparent']);

export const headersSchema = (): JsonSchema => ({
  type: 'object',
  properties: HEADERS,
  required: Object.keys(HEADERS).filter((name) => !OPTIONAL.has(name)),
});
