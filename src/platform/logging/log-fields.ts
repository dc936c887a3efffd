/** Names of the fields of a log line, in one place so that a search finds every line about a thing. */
import { SECRET_KEYS } from '../config/settings.js';

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

/**
 * Fields that must never reach a log, wherever in an object they stand (up to two levels deep). Values of secret
 * settings are taken out of every line besides, whatever the field; see `redaction.ts`.
 */
export const REDACTED_FIELDS = [
  'authorization',
  'apiKey',
  'api_key',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'prompt',
  'text',
  ...SECRET_KEYS,
] as const;
