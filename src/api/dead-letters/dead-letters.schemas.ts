/** What the dead-letter routes take and answer. */
import { z } from 'zod';
import { StorableText } from '../../catalogue/product.js';
import type { DeadLetter } from '../../event-bus/event-bus.js';
import { PositionText } from '../../events/position-text.js';
import { TOPICS } from '../../events/streams.js';
import { ListQuery } from '../requests/lists.js';

const GROUP_CHARS_MAX = 200;
const KEY_CHARS_MAX = 500;
const Group = StorableText.min(1).max(GROUP_CHARS_MAX).describe('A consumer group, e.g. projection.drafts');
const Key = StorableText.min(1).max(KEY_CHARS_MAX).describe('The id of a draft, workspace, import or plan');

export const DeadLettersQuery = ListQuery.extend({ group: Group.optional(), key: Key.optional() });
export type DeadLettersQuery = z.output<typeof DeadLettersQuery>;

export const DeadLetterCursor = z.tuple([PositionText, z.uuid()]);

export const RedriveKeyInput = z.strictObject({ group: Group, topic: z.enum(TOPICS), key: Key });
export type RedriveKeyInput = z.output<typeof RedriveKeyInput>;

export const DeadLetterSummary = z.object({
  deadLetterId: z.uuid(),
  group: z.string(),
  topic: z.string(),
  partition: z.int(),
  key: z.string(),
  position: z.string(),
  eventType: z.string(),
  streamId: z.string(),
  reason: z.enum(['failed', 'waiting']).describe('waiting: not the cause, but behind one of the same key'),
  errorClass: z.string(),
  errorMessage: z.string(),
  attempts: z.int(),
  createdAt: z.iso.datetime(),
});
export type DeadLetterSummary = z.output<typeof DeadLetterSummary>;

export const DeadLetterWhole = DeadLetterSummary.extend({
  headers: z.record(z.string(), z.string()).describe('As it was delivered'),
  event: z.record(z.string(), z.unknown()).describe('As the log holds it'),
});
export type DeadLetterWhole = z.output<typeof DeadLetterWhole>;

export const Redrive = z.object({
  group: z.string(),
  topic: z.string(),
  key: z.string(),
  letters: z.int().describe('How many letters are delivered again, in order, until one fails'),
});
export type Redrive = z.output<typeof Redrive>;

export function summaryOf(letter: DeadLetter): DeadLetterSummary {
  const { id, event, position, headers: _, ...facts } = letter;
  return {
    deadLetterId: id,
    ...facts,
    position: position.toString(),
    eventType: event.type,
    streamId: event.streamId,
  };
}

export function wholeOf(letter: DeadLetter): DeadLetterWhole {
  const { headers, event } = letter;
  return { ...summaryOf(letter), headers, event: { ...event, position: event.position.toString() } };
}
