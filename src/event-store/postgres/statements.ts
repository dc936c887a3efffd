/** The statements of this store, one file each; a missing file fails the start, not the first use. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const NAMES = [
  'append-events',
  'read-stream',
  'stream-end',
  'read-all',
  'head-position',
  'find-event',
  'event-at',
  'watermark-lag',
] as const;
export type StatementName = (typeof NAMES)[number];

/** `name` makes it a prepared statement: parsed and planned once per connection. */
export interface Statement {
  name: string;
  text: string;
}

export const STATEMENTS = Object.fromEntries(
  NAMES.map((name) => [
    name,
    { name: `log-${name}`, text: readFileSync(path.join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8') },
  ]),
) as Record<StatementName, Statement>;
