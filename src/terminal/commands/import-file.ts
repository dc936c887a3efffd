/** `import <file>`: uploads, waits, says what was added and what was not. */
import { openAsBlob } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Context } from './context.js';
import type { DrafthorseClient, ImportView } from '../client.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { IMPORT_TIMEOUT_MS, untilImported } from '../follow.js';
import type { Screen } from '../screen.js';
import { shown } from '../text/display.js';
import { tableLines } from '../text/table.js';
import { formatCount, plural } from '../text/values.js';

const REJECTED_SHOWN_MAX = 20;
const CONTENT_TYPES: Record<string, string> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
};

export async function importFile({ client, screen, json, signal }: Context, file: string): Promise<ExitCode> {
  const view = await uploaded(client, file, { screen, signal });
  if (json) screen.line(JSON.stringify(view, null, 2));
  else for (const line of importLines(view, screen.columns)) screen.line(line);
  return view.status === 'done' && view.rejectedCount === 0 ? EXIT.done : EXIT.refused;
}

/** Read from the disk as it is sent: the file may be larger than memory. */
export async function uploaded(
  client: DrafthorseClient,
  file: string,
  { screen, signal }: { screen: Screen; signal: AbortSignal },
): Promise<ImportView> {
  // Says ENOENT where there is no file; openAsBlob only says that it could not.
  await access(file, constants.R_OK);
  const content = await openAsBlob(file);
  const progress = screen.progress('Importing');
  try {
    progress.step(`sending ${formatCount(content.size)} bytes`);
    // JSON and NDJSON are told apart by their first character.
    const contentType = CONTENT_TYPES[extname(file).toLowerCase()] ?? 'application/json';
    const { importId } = await client.importProducts(content, contentType);
    progress.step('reading');
    const view = await untilImported(client, importId, { timeoutMs: IMPORT_TIMEOUT_MS, signal });
    progress.end(view.status);
    return view;
  } finally {
    progress.end();
  }
}

export function importLines(view: ImportView, columnsMax: number): string[] {
  const { added, updated, unchanged, rejected, rejectedCount, error } = view;
  if (error) return [`Not imported: ${shown(error.message)}  [${error.code}]`];
  const counts = `${plural(added, 'product')} added, ${formatCount(updated)} updated, ${formatCount(unchanged)} as they were, ${formatCount(rejectedCount)} rejected.`;
  if (rejectedCount === 0) return [counts];
  const rows = rejected.slice(0, REJECTED_SHOWN_MAX).map(({ line, reason }) => [String(line), reason]);
  const columns = [
    { title: 'Line', align: 'right' as const },
    { title: 'Why it was rejected', shrinks: true },
  ];
  const more = rejectedCount - rows.length;
  return [
    counts,
    '',
    ...tableLines({ columns, rows }, columnsMax),
    ...(more > 0 ? [`… and ${formatCount(more)} more`] : []),
  ];
}
