/** `dead-letters`: what the shop's events got stuck on; `show` one; `redrive` one, or all of a key. */
import type { Context } from './context.js';
import type { DeadLetterSummary, DeadLetterWhole } from '../client.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { clean, shown } from '../text/display.js';
import { tableLines } from '../text/table.js';
import { formatTime, plural } from '../text/values.js';

const LIST_LIMIT_MAX = 200;

export interface DeadLettersFilter {
  group?: string;
  key?: string;
  limit: number;
}

export async function listDeadLetters(
  { client, screen, json }: Context,
  { limit, ...filter }: DeadLettersFilter,
): Promise<ExitCode> {
  const { items, nextCursor } = await client.deadLetters({
    ...filter,
    limit: Math.min(limit, LIST_LIMIT_MAX),
  });
  if (json) screen.line(JSON.stringify(items, null, 2));
  else if (items.length === 0) screen.line('No dead letters.');
  else {
    for (const line of letterLines(items, screen.columns)) screen.line(line);
    if (nextCursor !== null) screen.line('… and more');
  }
  return EXIT.done;
}

export async function showDeadLetter({ client, screen, json }: Context, id: string): Promise<ExitCode> {
  const letter = await client.deadLetter(id);
  if (json) screen.line(JSON.stringify(letter, null, 2));
  else for (const line of wholeLines(letter)) screen.line(line);
  return EXIT.done;
}

export async function redriveDeadLetter(context: Context, id: string): Promise<ExitCode> {
  return answered(context, await context.client.redriveDeadLetter(id));
}

export async function redriveKey(
  context: Context,
  key: { group: string; topic: string; key: string },
): Promise<ExitCode> {
  return answered(context, await context.client.redriveKey(key));
}

function answered({ screen, json }: Context, redrive: { group: string; letters: number }): ExitCode {
  if (json) screen.line(JSON.stringify(redrive, null, 2));
  else
    screen.line(
      `${plural(redrive.letters, 'dead letter')} of ${clean(redrive.group)} will be delivered again. What fails once more stays in the list.`,
    );
  return EXIT.done;
}

function letterLines(letters: readonly DeadLetterSummary[], columnsMax: number): string[] {
  const rows = letters.map(({ createdAt, group, eventType, key, reason, errorMessage, deadLetterId }) => [
    formatTime(createdAt),
    group,
    eventType,
    key,
    reason === 'waiting' ? 'waits behind another' : errorMessage,
    deadLetterId,
  ]);
  const columns = [
    { title: 'Set aside' },
    { title: 'Group' },
    { title: 'Event' },
    { title: 'Key' },
    { title: 'Why', shrinks: true },
    { title: 'Dead letter' },
  ];
  return tableLines({ columns, rows }, columnsMax);
}

function wholeLines(letter: DeadLetterWhole): string[] {
  const { group, topic, partition, key, position, eventType, streamId, reason, attempts } = letter;
  return [
    `${clean(eventType)} of ${clean(streamId)}, set aside by ${clean(group)} ${formatTime(letter.createdAt)}`,
    `Where: ${clean(topic)}, partition ${partition}, key ${clean(key)}, position ${clean(position)}`,
    reason === 'waiting'
      ? 'Why: it waits behind an earlier dead letter of its key'
      : `Why: ${shown(letter.errorMessage)}  [${clean(letter.errorClass)}], tried ${attempts} times`,
    '',
    'Headers',
    ...Object.entries(letter.headers).map(([name, value]) => `  ${clean(name)}: ${clean(value)}`),
    '',
    'Event',
    ...JSON.stringify(letter.event, null, 2)
      .split('\n')
      .map((line) => `  ${clean(line)}`),
  ];
}
