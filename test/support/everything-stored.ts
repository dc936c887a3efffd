/** Everything a database holds as text, to look for what must not be there. */
import type { Database } from '../../src/platform/database/database.js';

/** Every row of every table of every schema but PostgreSQL's own, as text; by table. */
export async function everythingStored(database: Pick<Database, 'query'>): Promise<Map<string, string>> {
  const { rows: tables } = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const stored = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await database.query<{ text: string | null }>(
      `SELECT string_agg(each::text, E'\\n') AS text FROM ${name} AS each`,
    );
    stored.set(name, rows[0]?.text ?? '');
  }
  return stored;
}

/** Tables in which any of these words stand, in whatever case. */
export async function tablesWith(
  database: Pick<Database, 'query'>,
  words: readonly string[],
): Promise<string[]> {
  const sought = words.map((word) => word.toLowerCase());
  const found = [...(await everythingStored(database))].filter(([, text]) => {
    const stored = text.toLowerCase();
    return sought.some((word) => stored.includes(word));
  });
  return found.map(([name]) => name);
}
