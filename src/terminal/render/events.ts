/** A draft's events, and a product's changes, as tables with times. */
import type { FieldChanges } from '../../catalogue/product.js';
import type { DraftEvent } from '../../events/draft.events.js';
import type { DraftEventEntry, ProductHistoryEntry } from '../client.js';
import { tableLines } from '../text/table.js';
import { formatTime, formatValue, plural } from '../text/values.js';

/** What is worth a line of each event; the whole of it is in `show --json`. */
function gist(entry: DraftEventEntry): string {
  const { type, data } = entry as Pick<DraftEvent, 'type' | 'data'> as DraftEvent;
  switch (type) {
    case 'DraftCreated':
      return data.undoOf ? 'takes back a change set' : `“${data.prompt}”`;
    case 'ParsingStarted':
      return `attempt ${data.attempt}`;
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
    `+${Date.parse(event.recordedAt) - started} ms`,
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

/** Of one product: what each change did, and which draft it came from. */
export function productHistoryLines(
  entries: readonly ProductHistoryEntry[],
  columnsMax = Infinity,
): string[] {
  const rows = entries.map((entry) => [
    formatTime(timeOf(entry)),
    entry.op,
    changesText(entry.before, entry.after),
    entry.draftId === null ? '' : `draft ${shortId(entry.draftId)}`,
  ]);
  const columns = [{ title: 'When' }, { title: 'How' }, { title: 'What', shrinks: true }, { title: 'From' }];
  return tableLines({ columns, rows }, columnsMax);
}

const timeOf = (entry: ProductHistoryEntry): string =>
  String(entry.changedAt ?? entry.at ?? entry.recordedAt ?? '');

function changesText(before: FieldChanges | null, after: FieldChanges | null): string {
  const fields = Object.keys({ ...before, ...after });
  return fields
    .map((field) => {
      const next = formatValue(field, after?.[field]);
      if (before === null) return `${field} ${next}`;
      return after === null
        ? `${field} ${formatValue(field, before[field])}`
        : `${field} ${formatValue(field, before[field])} → ${next}`;
    })
    .join(', ');
}
