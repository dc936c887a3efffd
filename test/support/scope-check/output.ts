/** The columns of a query, as the query around it sees them. */
import { SCOPE_COLUMN } from './sources.js';
import { listOf, nodeOf, textOf } from './sql-tree.js';

/** What a query gives to the one around it: its columns, and whether each is the workspace's id. */
export interface Output {
  columns: { name: string | null; isBound: boolean }[];
  /** With `*`: whether a workspace_id among it is the workspace's. */
  star: boolean;
}

export const NOTHING: Output = { columns: [], star: false };
export const bothOf = (left: Output, right: Output): Output => ({
  columns: left.columns.map(({ name, isBound }, index) => ({
    name,
    isBound: isBound && (right.columns[index]?.isBound ?? false),
  })),
  star: left.star && right.star,
});

export const givesWorkspace = ({ columns, star }: Output): boolean =>
  columns.some(({ name, isBound }) => name === SCOPE_COLUMN && isBound) ||
  (star && (columns.length === 0 || columns.some(({ name }) => name === '*')));

export function renamed(output: Output, names: unknown): Output {
  const given = listOf(names).map((name) => textOf(nodeOf(name, 'String')?.['sval']));
  return {
    ...output,
    columns: output.columns.map((column, index) => ({ ...column, name: given[index] ?? column.name })),
  };
}
