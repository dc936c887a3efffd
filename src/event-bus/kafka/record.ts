/**
 * An event as a Kafka record: CloudEvents 1.0 in binary mode (attributes in headers, data as the value), and back.
 * Reading checks everything by schema: anyone can write into a topic.
 */
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { z } from 'zod';
import { EventMetadata, type RecordedEvent } from '../../events/contract.js';
import { headersOf } from '../headers.js';
import { EventBusError } from './errors.js';

/** Position of the event that the partition holds before this one, 0 for its first: how a reader sees a gap. */
export const PREVIOUS_HEADER = 'drafthorse-previous';
/** Who and what caused the event, as JSON. */
export const METADATA_HEADER = 'drafthorse-metadata';

export interface EncodedRecord {
  key: string;
  value: Buffer;
  headers: Record<string, string>;
  partition: number;
}

export function encodeRecord(
  event: RecordedEvent,
  place: { key: string; partition: number; previous: bigint },
): EncodedRecord {
  const headers = headersOf(event);
  headers[PREVIOUS_HEADER] = place.previous.toString();
  headers[METADATA_HEADER] = JSON.stringify(event.metadata);
  return {
    key: place.key,
    partition: place.partition,
    value: Buffer.from(JSON.stringify(event.data)),
    headers,
  };
}

const wholeNumber = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number);
const position = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt);

const RecordHeaders = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.uuid(),
  ce_type: z.string().min(1),
  ce_subject: z.string().min(1),
  ce_time: z.iso.datetime(),
  'content-type': z.literal('application/json'),
  'drafthorse-position': position,
  'drafthorse-revision': wholeNumber,
  'drafthorse-schema-version': wholeNumber,
  'drafthorse-workspace-id': z.uuid(),
  [PREVIOUS_HEADER]: position,
  [METADATA_HEADER]: z.string(),
});

export interface DecodedRecord {
  key: string;
  headers: Record<string, string>;
  recorded: RecordedEvent;
  previous: bigint;
}

/** Throws RECORD_UNREADABLE. The event's data is not looked at: that is the reader's contract. */
export function decodeRecord({
  key,
  value,
  headers,
}: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): DecodedRecord {
  try {
    if (!key || !value) throw new Error('no key or no value');
    const text = textHeaders(headers ?? {});
    const parsed = RecordHeaders.parse(text);
    return {
      key: key.toString(),
      headers: text,
      previous: parsed[PREVIOUS_HEADER],
      recorded: {
        eventId: parsed.ce_id,
        workspaceId: parsed['drafthorse-workspace-id'],
        streamId: parsed.ce_subject,
        revision: parsed['drafthorse-revision'],
        position: parsed['drafthorse-position'],
        type: parsed.ce_type,
        schemaVersion: parsed['drafthorse-schema-version'],
        data: JSON.parse(value.toString()),
        metadata: EventMetadata.parse(JSON.parse(parsed[METADATA_HEADER])),
        recordedAt: parsed.ce_time,
      },
    };
  } catch (error) {
    throw new EventBusError('RECORD_UNREADABLE', 'a record that the relay did not write', { cause: error });
  }
}

/** A repeated header counts with its last value. */
function textHeaders(headers: IHeaders): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) text[name] = last.toString();
  }
  return text;
}
