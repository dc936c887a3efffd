/** A refusal on its way to the client, as an RFC 9457 problem document. */
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.js';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** One thing wrong with the input. `path`: where, e.g. `body.editedPreview.0.after`. */
export interface InputError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  /** What is wrong this time, for a person to read. */
  detail: string;
  /** Facts beside the text, as members of the document. */
  extensions?: Record<string, unknown>;
  /** Answer headers, such as Retry-After. */
  headers?: Record<string, string>;
  /** Kept for the log, never shown. */
  cause?: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly extensions: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ProblemCode,
    { detail, extensions = {}, headers = {}, cause }: ProblemOptions,
  ) {
    super(detail, { cause });
    this.name = 'Problem';
    this.status = PROBLEM_CODES[code].status;
    this.extensions = extensions;
    this.headers = headers;
  }

  document(traceId: string): Record<string, unknown> {
    const { title, status } = PROBLEM_CODES[this.code];
    return {
      type: problemType(this.code),
      title,
      status,
      code: this.code,
      detail: this.message,
      traceId,
      ...this.extensions,
    };
  }
}

/** An identifier, not an address: it can be looked up in the list of problems in the API's documentation. */
export const problemType = (code: ProblemCode) =>
  `urn:drafthorse:problem:${code.toLowerCase().replaceAll('_', '-')}`;
