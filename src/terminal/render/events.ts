/** A draft's events, and a product's changes, as tables with times. */
import type { FieldChanges } from '../../catalogue/product.js';
import type { DraftEvent } from '../../events/draft.events.js';
import type { DraftEventEntry, ProductHistoryEntry } from '../client.js';
import { tableLines } from '../text/table.js';
import { formatSeconds, formatTime, formatValue, plural } from '../text/values.js';

/** What is worth a line of each event; the whole of it is in `show --json`. */
function gist(entry: DraftEventEntry): string {
  const { type, data } = entry as Pick<DraftEvent, 'type' | 'data'> as DraftEvent;
  switch (type) {
    case 'DraftCreated':
      if (data.audio) return `a recording, ${data.audio.contentType}`;
      return data.undoOf ? 'takes back a change set' : `“${data.prompt}”`;
    case 'Transcribed':
      return `“${data.text}”`;
    case 'TranscriptionFailed':
      return data.error.message;
    case 'ParsingStarted':
      return `attempt ${data.attempt}`;
    case 'ModelsAsked':
      return data.attempts.map(({ model, outcome }) => `${model}: ${outcome}`).join(', ');
    case 'Parsed':
      return data.explanation;
    case 'ClarificationAsked':
      return data.question;
    case 'ClarificationAnswered':
      return `“${data.text}”`;
    case 'PreviewBuilt':
      return `${plural(data.summary.changed, 'row')}, sealed ${shortHash(data.planHash)}`;
    case 'Answered':
      return plural(data.summary.matched, 'product');
    case 'Confirmed': {
      const without = data.exclude.length > 0 ? `, without ${plural(data.exclude.length, 'row')}` : '';
      return `sealed ${shortHash(data.planHash)}${without}`;
    }
    case 'Executed':
      return `${plural(data.changed, 'row')} changed, change set ${shortId(data.changeSetId)}`;
    case 'Failed':
      return `${data.error.code}: ${data.error.message}`;
    case 'Undone':
    case 'Reinstated':
      return `by draft ${shortId(data.byDraftId)}`;
    default:
      return '';
  }
}

const shortHash = (hash: string): string => hash.replace(/^sha256:/, '').slice(0, 12);
/** The end of a time-ordered id differs between neighbours, its beginning does not. */
const shortId = (id: string): string => `…${id.slice(-8)}`;

/** When, how long after the first, what, and what of it matters. */
export function eventLines(events: readonly DraftEventEntry[], columnsMax = Infinity): string[] {
  const started = Date.parse(events[0]?.recordedAt ?? '');
  const rows = events.map((event) => [
    formatTime(event.recordedAt),
    sinceText(Date.parse(event.recordedAt) - started),
    event.type,
    gist(event),
  ]);
  const columns = [
    { title: 'Recorded' },
    { title: 'After', align: 'right' as const },
    { title: 'Event' },
    { title: 'What', shrinks: true },
  ];
  return tableLines({ columns, rows }, columnsMax);
}

/** Of one product: what each change did, and what it came from. */
export function productHistoryLines(
  entries: readonly ProductHistoryEntry[],
  columnsMax = Infinity,
): string[] {
  const rows = entries.map(({ version, changedAt, op, before, after, origin }) => [
    String(version),
    formatTime(changedAt),
    op,
    changeParts(before, after),
    originText(origin),
  ]);
  const columns = [
    { title: 'Version', align: 'right' as const },
    { title: 'When' },
    { title: 'How' },
    { title: 'What', shrinks: true },
    { title: 'From' },
  ];
  return tableLines({ columns, rows }, columnsMax);
}

function originText(origin: ProductHistoryEntry['origin']): string {
  switch (origin.kind) {
    case 'draft':
    case 'undo':
      return `${origin.kind} ${shortId(origin.draftId)}`;
    case 'import':
      return `import ${shortId(origin.importId)}`;
    case 'manual':
      return 'by hand';
  }
}

/** A part per value: a field's name and what it was and is may run in three directions. */
function changeParts(before: FieldChanges | null, after: FieldChanges | null): string[] {
  const text = (field: string, values: FieldChanges | null) => formatValue(field, values?.[field]);
  return Object.keys({ ...before, ...after }).flatMap((field, at) => [
    ...(at === 0 ? [] : [', ']),
    field,
    ' ',
    ...(before && after ? [text(field, before), ' → ', text(field, after)] : [text(field, before ?? after)]),
  ]);
}

const sinceText = (durationMs: number): string =>
  durationMs < 10_000 ? `+${durationMs} ms` : `+${formatSeconds(durationMs)}`;
