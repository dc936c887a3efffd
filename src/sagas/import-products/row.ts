/** What is read of an upload. */
import { JsonFaultError, parseStrictJson, type JsonFault } from '../../platform/json/strict-json.js';

export const IMPORT_LINE_CHARS_MAX = 100_000;

/** `line` counts from 1: lines of NDJSON, lines of a CSV (its header is line 1), elements of a JSON array. */
export type Row = { line: number; value: unknown } | { line: number; problem: string };

export const REASON_CHARS_MAX = 300;

/** Why something was not read, which may quote it: bounded, and of characters that the log can hold. */
export const reason = (text: string): string =>
  text.slice(0, REASON_CHARS_MAX).toWellFormed().replaceAll('\u0000', '\uFFFD');

/** The upload as a whole cannot be read: not UTF-8, not JSON, no header, not an array. */
export class UnreadableUploadError extends Error {
  readonly code = 'IMPORT_UNREADABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(reason(message), options);
  }
}

export const NOT_JSON = 'not valid JSON';

const FAULTS: Record<JsonFault, string> = {
  NOT_JSON,
  TOO_DEEP: 'nested too deep',
  DUPLICATE_KEY: 'holds a key twice',
  NUMBER_LOST: 'holds a number that is too large or too small',
  POISONED_KEY: 'holds the key __proto__ or constructor.prototype',
};

export function jsonRow(line: number, text: string): Row {
  if (text.length > IMPORT_LINE_CHARS_MAX)
    return { line, problem: `longer than ${IMPORT_LINE_CHARS_MAX} characters` };
  try {
    return { line, value: parseStrictJson(text) };
  } catch (error) {
    if (error instanceof JsonFaultError) return { line, problem: FAULTS[error.fault] };
    throw error;
  }
}
