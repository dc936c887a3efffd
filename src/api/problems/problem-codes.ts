/** The closed list of everything the API can say no with. `code` is what clients branch on; it never changes meaning. */

export const PROBLEM_CODES = {
  // The request itself
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON' },
  INVALID_REQUEST: { status: 400, title: 'The request is not valid' },
  EMPTY_BODY: { status: 400, title: 'The body is empty' },
  CURSOR_INVALID: { status: 400, title: 'The cursor is not one of this list' },
  UNAUTHENTICATED: { status: 401, title: 'A valid key is needed' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is no such address' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The address does not take this method' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The address does not take this kind of content' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key came with other content before' },
  IF_MATCH_REQUIRED: { status: 428, title: 'The version that was read must be named in If-Match' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  // Drafts
  DRAFT_NOT_FOUND: { status: 404, title: 'There is no such draft' },
  DRAFT_NOT_IN_PREVIEW: { status: 409, title: 'The draft is not in preview' },
  DRAFT_NOT_IN_CLARIFY: { status: 409, title: 'The draft has not asked anything' },
  DRAFT_NOT_CANCELLABLE: { status: 409, title: 'The draft can no longer be cancelled' },
  DRAFT_NOT_EXECUTED: { status: 409, title: 'The draft has changed nothing that could be undone' },
  PREVIEW_NOT_FOUND: { status: 404, title: 'The draft has no preview' },
  PLAN_CHANGED: { status: 409, title: 'The plan is no longer the one that was shown' },
  SECOND_CONFIRMATION_REQUIRED: { status: 409, title: 'So many rows need a second confirmation' },
  NOTHING_TO_CHANGE: { status: 409, title: 'The confirmation leaves nothing to change' },
  CONFIRMATION_INVALID: { status: 422, title: 'The confirmation does not fit the preview' },
  // Recordings
  VOICE_NOT_CONFIGURED: { status: 422, title: 'Nothing is set up that transcribes recordings' },
  AUDIO_MISSING: { status: 400, title: 'The upload has no recording in it' },
  AUDIO_TOO_LARGE: { status: 413, title: 'The recording is too large' },
  AUDIO_UNSUPPORTED: { status: 415, title: 'The file is no recording of a kind that is taken' },
  AUDIO_UNREADABLE: { status: 422, title: 'The recording is damaged' },
  AUDIO_TOO_LONG: { status: 422, title: 'The recording is too long' },
  AUDIO_NOT_FOUND: { status: 404, title: 'The draft has no recording' },
  AUDIO_GONE: { status: 410, title: 'The recording is no longer kept' },
  DRAFT_NOT_RETRIABLE: { status: 409, title: 'The draft has no transcription to be tried again' },
  LINK_INVALID: { status: 403, title: 'The link does not lead anywhere, or no longer' },
  // Products and history
  PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
  PRODUCT_VERSION_MOVED: { status: 412, title: 'The product has changed since it was read' },
  SKU_TAKEN: { status: 409, title: 'The sku belongs to another product' },
  TOO_MANY_CUSTOM_FIELDS: { status: 409, title: 'The workspace has no room for further custom fields' },
  IMPORT_NOT_FOUND: { status: 404, title: 'There is no such import' },
  CHANGE_SET_NOT_FOUND: { status: 404, title: 'There is no such change set' },
  WORKSPACE_NOT_FOUND: { status: 404, title: 'There is no such workspace' },
  // Operating
  DEAD_LETTER_NOT_FOUND: { status: 404, title: 'There is no such dead letter' },
  // The server
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
  STORE_UNAVAILABLE: { status: 503, title: 'The store is away for a moment' },
  READ_MODEL_BEHIND: { status: 503, title: 'The answer is not up to date yet' },
  SERVER_BUSY: { status: 503, title: 'The answer took too long' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEM_CODES;
