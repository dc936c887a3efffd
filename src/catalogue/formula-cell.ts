/**
 * Cells of CSV that no spreadsheet runs as a formula. An apostrophe in front makes a spreadsheet show a cell as text, as
 * OWASP advises (CSV Injection); and because one is put in front of cells that begin with apostrophes, too, taking one
 * away gives back exactly what was there. Pure.
 */

/** What a spreadsheet takes for the beginning of a formula, full-width forms included, behind any apostrophes. */
const FORMULA = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

export const escapedCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** What `escapedCell` was given. A spreadsheet that saves such a cell as CSV leaves the apostrophe out, which is as well. */
export const unescapedCell = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
