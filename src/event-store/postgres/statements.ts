/** The statements of this store, one file each; a missing file fails the start, not the first use. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Prepared } from '../../platform/database/database.js';

const FILES = [
  'append-event',
  'append-event-with-receipt',
  'append-events',
  'append-together',
  'append-with-receipt',
  'read-stream',
  'stream-end',
  'stream-end-up-to',
  'read-all',
  'head-position',
  'find-event',
  'event-at',
  'watermark-lag',
  'claim-key',
  'renew-keys',
  'store-receipt',
  'release-key',
  'forget-key',
  'delete-keys',
] as const;

type File = (typeof FILES)[number];
export type StatementName = File | 'read-short-stream';

/** Each finds one row by key. */
const QUICK: ReadonlySet<File> = new Set(['stream-end', 'stream-end-up-to', 'find-event', 'event-at']);

const prepared = (file: File): Prepared => ({
  name: `log-${file}`,
  text: readFileSync(path.join(import.meta.dirname, 'sql', `${file}.sql`), 'utf8'),
  ...(QUICK.has(file) && { quick: true }),
});

const statements = Object.fromEntries(FILES.map((file) => [file, prepared(file)])) as Record<File, Prepared>;

export const STATEMENTS: Record<StatementName, Prepared> = {
  ...statements,
  'read-short-stream': { ...statements['read-stream'], quick: true },
};
