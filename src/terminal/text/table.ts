/** Tables in columns of text: aligned in any script, and no wider than the terminal. */
import { clean, displayWidth, fit, type Alignment } from './display.js';

export interface Column {
  title: string;
  align?: Alignment;
  /** May be shortened, widest first, when the line does not fit; other columns never are. */
  shrinks?: boolean;
}

export interface Table {
  columns: Column[];
  rows: Cell[][];
}

/** Several parts where one cell holds several values, each with a direction of its own. */
export type Cell = string | readonly string[];

const GAP = '  ';
const SHRUNK_COLUMNS_MIN = 8;

/** A line with the titles, a rule, a line per row. `columnsMax`: width of the terminal; Infinity never shortens. */
export function tableLines({ columns, rows }: Table, columnsMax = Infinity): string[] {
  const cells = rows.map((row) => columns.map((_, at) => [row[at] ?? ''].flat().map(clean)));
  const natural = columns.map(({ title }, at) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth((row[at] ?? []).join('')))),
  );
  const widths = shrink(natural, columns, columnsMax);
  const line = (row: string[][]) =>
    columns
      .map(({ align = 'left' }, at) => fit(row[at] ?? [], { columns: widths[at] ?? 0, align }))
      .join(GAP)
      .trimEnd();
  return [
    line(columns.map(({ title }) => [title])),
    widths.map((width) => '─'.repeat(width)).join(GAP),
    ...cells.map(line),
  ];
}

function shrink(natural: number[], columns: Column[], columnsMax: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  for (let excess = total() - columnsMax; excess > 0; excess = total() - columnsMax) {
    const shrinkable = columns.flatMap(({ shrinks }, at) =>
      shrinks && (widths[at] ?? 0) > SHRUNK_COLUMNS_MIN ? [at] : [],
    );
    const widest = shrinkable.toSorted((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0));
    const [at] = widest;
    if (at === undefined) break;
    // Down to the second widest at a time, so that two long columns lose alike.
    const next = Math.max(SHRUNK_COLUMNS_MIN, widths[widest[1] ?? -1] ?? 0);
    const width = widths[at] ?? 0;
    widths[at] = Math.max(width - excess, Math.min(next, width - 1), SHRUNK_COLUMNS_MIN);
  }
  return widths;
}
