/** What has a workspace_id, as the migrations make it. */
import { readdirSync, readFileSync } from 'node:fs';
import { loadModule, parseSync } from 'libpg-query';
import type { ScopedSchema } from './scope-check.js';
import { SCOPE_ARGUMENT, SCOPE_COLUMN } from './sources.js';
import { listOf, nodeOf, outermost, type Tree } from './sql-tree.js';

await loadModule();

const MIGRATIONS = new URL('../../../src/platform/database/migrations/', import.meta.url);

export interface MigrationFunction {
  name: string;
  language: string;
  body: string;
  /** Takes the workspace as its argument `p_workspace_id`. */
  isScoped: boolean;
}

const migrationTexts = (): string[] =>
  readdirSync(MIGRATIONS)
    .toSorted()
    .map((file) => readFileSync(new URL(file, MIGRATIONS), 'utf8'));

function scopedTables(): ReadonlySet<string> {
  const tables = new Set<string>();
  for (const tree of migrationTexts().map((text) => parseSync(text)))
    for (const made of [...outermost(tree, 'CreateStmt'), ...outermost(tree, 'AlterTableStmt')])
      if (columnsOf(made).includes(SCOPE_COLUMN)) tables.add(String((made['relation'] as Tree)['relname']));
  return tables;
}

/** Read anew: what a migration adds is kept apart from that moment on. */
export const scopedSchema = (): ScopedSchema => ({
  tables: scopedTables(),
  functions: new Set(sqlFunctions().flatMap(({ name, isScoped }) => (isScoped ? [name] : []))),
});

/** Functions in SQL, whose bodies are statements like any other; the workspace's id is their `p_workspace_id`. */
export function sqlFunctions(): MigrationFunction[] {
  return migrationTexts()
    .flatMap((text) => [...outermost(parseSync(text), 'CreateFunctionStmt')])
    .map((made) => ({
      name: String(nodeOf(listOf(made['funcname']).at(-1), 'String')?.['sval']),
      language: optionOf(made, 'language').join(''),
      body: optionOf(made, 'as').join(''),
      isScoped: [...outermost(made['parameters'], 'FunctionParameter')].some(
        ({ name }) => name === SCOPE_ARGUMENT,
      ),
    }));
}

/** Columns that a CREATE TABLE or an ALTER TABLE … ADD COLUMN names. */
const columnsOf = (made: Tree): unknown[] =>
  [...outermost([made['tableElts'], made['cmds']], 'ColumnDef')].map((column) => column['colname']);

function optionOf(made: Tree, name: string): unknown[] {
  const option = listOf(made['options'])
    .map((item) => nodeOf(item, 'DefElem'))
    .find((item) => item?.['defname'] === name);
  return [...outermost(option?.['arg'], 'String')].map(({ sval }) => sval);
}
