/** Names of the fields of a log line, in one place so that a search finds every line about a thing. */

/** Identifiers a line may carry. Never a prompt, a product's text or a secret. */
export interface LogFields {
  /** 32 hex digits; the same in every line, event and problem document of one request. */
  traceId?: string;
  workspaceId?: string;
  userId?: string;
  draftId?: string;
  importId?: string;
  changeSetId?: string;
  commandId?: string;
  /** Position in the log, as decimal text. */
  position?: string;
  eventType?: string;
  streamId?: string;
  consumerGroup?: string;
  job?: string;
  attempt?: number;
  /** HTTP: the pattern of the route, not the address, which may hold search words. */
  method?: string;
  route?: string;
  statusCode?: number;
  /** A code from a closed list, such as a problem's. */
  code?: string;
  durationMs?: number;
  count?: number;
  err?: unknown;
}

/** Fields that must never reach a log, wherever in an object they stand (up to two levels deep). */
export const REDACTED_FIELDS = [
  'authorization',
  'apiKey',
  'api_key',
  'password',
  'token',
  'prompt',
  'text',
  'DRAFTHORSE_API_KEY',
  'DATABASE_URL',
  'LLM_API_KEY',
  'TRANSCRIPTION_API_KEY',
  'S3_SECRET_ACCESS_KEY',
  'KAFKA_SASL_PASSWORD',
] as const;
