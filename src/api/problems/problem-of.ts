/** Any error that reaches the edge, as a problem: ours, Fastify's, Nest's, the store's, or a bug's. */
import { HttpException } from '@nestjs/common';
import { EventStoreError } from '../../event-store/event-store.js';
import { ReceiptTaken } from '../../event-store/receipts.js';
import { isDatabaseAway } from '../../platform/database/failures.js';
import { FileStoreError } from '../../platform/files/file-store.js';
import { HistoryArchivedError } from '../../projections/change-sets/archived-history.js';
import { InvalidCursorError } from '../../projections/cursor.js';
import { DraftArchivedError } from '../../projections/drafts/archived-draft.js';
import { Problem } from './problem.js';
import type { ProblemCode } from './problem-codes.js';

/** How long a client should wait before it tries again what failed for no fault of its own. */
export const RETRY_AFTER_SECONDS = 1;
export const RETRY_LATER = { 'retry-after': String(RETRY_AFTER_SECONDS) };

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidCursorError)
    return new Problem('CURSOR_INVALID', {
      detail: 'Use the nextCursor of this list, unchanged.',
      cause: error,
    });
  if (error instanceof FileStoreError && error.code === 'FILE_TOO_LARGE')
    return new Problem('BODY_TOO_LARGE', { detail: `The upload has ${error.message}.`, cause: error });
  return archivedProblem(error) ?? serverProblem(error) ?? requestProblem(error) ?? internalError(error);
}

/** What is no longer kept where it could be read. */
function archivedProblem(error: unknown): Problem | null {
  if (error instanceof DraftArchivedError)
    return new Problem('DRAFT_ARCHIVED', {
      detail: 'The draft ended long ago. The owner of the workspace finds it in this archive.',
      extensions: { archiveId: error.archiveId },
      cause: error,
    });
  if (error instanceof HistoryArchivedError)
    return new Problem('HISTORY_ARCHIVED', {
      detail: `What the catalogue was before ${error.since} can no longer be told; changes up to then are in archives.`,
      extensions: { since: error.since },
      cause: error,
    });
  return null;
}

/** The parts behind this process: they will be back. */
function serverProblem(error: unknown): Problem | null {
  const code = codeOf(error);
  if (code === 'READ_MODEL_BEHIND') return readModelBehind(error);
  if (error instanceof ReceiptTaken) return keyInUse(error);
  if (code === 'PASSWORDS_BUSY')
    return new Problem('SERVER_BUSY', {
      detail: 'Too many sign in at once.',
      headers: RETRY_LATER,
      cause: error,
    });
  const away = isDatabaseAway(error) || isDatabaseAway((error as Error | null)?.cause);
  if (away || (error instanceof EventStoreError && error.retryable))
    return new Problem('STORE_UNAVAILABLE', {
      detail: 'The store cannot be reached. Whatever this request was to change may be repeated safely.',
      headers: RETRY_LATER,
      cause: error,
    });
  return null;
}

/** The same request is being served, or was a moment ago: its answer is there for who asks again. */
export const keyInUse = (cause?: unknown) =>
  new Problem('IDEMPOTENCY_KEY_IN_USE', {
    detail: 'The same request is being served already. Ask again in a moment for its answer.',
    headers: RETRY_LATER,
    cause,
  });

export function readModelBehind(cause?: unknown): Problem {
  return new Problem('READ_MODEL_BEHIND', {
    detail: 'What was asked to be seen is stored, but not yet shown. Ask again in a moment.',
    headers: RETRY_LATER,
    cause,
  });
}

const FASTIFY_CODES: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send application/json.'],
  FST_ERR_CTP_INVALID_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INVALID_REQUEST', 'Content-Length is not the length of the body.'],
  FST_ERR_BAD_URL: ['ROUTE_NOT_FOUND', 'The address cannot be read.'],
};

/** Errors the framework raises on the client's account. Their own words are shown only where they are ours. */
function requestProblem(error: unknown): Problem | null {
  const known = FASTIFY_CODES[codeOf(error) ?? ''];
  if (known) return new Problem(known[0], { detail: known[1], cause: error });
  const status = statusOf(error);
  if (status === 404) return new Problem('ROUTE_NOT_FOUND', { detail: 'Nothing is found at this address.' });
  if (status === 408)
    return new Problem('REQUEST_TIMEOUT', {
      detail: 'The rest of the request did not arrive.',
      cause: error,
    });
  if (status === 413)
    return new Problem('BODY_TOO_LARGE', { detail: 'The body is too large.', cause: error });
  if (status === 415)
    return new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send application/json.', cause: error });
  if (status !== null && status >= 400 && status < 500)
    return new Problem('INVALID_REQUEST', { detail: 'The request cannot be served as it is.', cause: error });
  return null;
}

function internalError(error: unknown): Problem {
  return new Problem('INTERNAL_ERROR', {
    detail: 'The fault is ours and has been noted. Name the traceId when you ask about it.',
    cause: error,
  });
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}
