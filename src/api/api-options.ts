import type { QueueLimits } from './limits/back-pressure.js';

/** The settings the API works by, apart from the program's configuration so that it can be built without it. */
export interface ApiOptions {
  /** Largest JSON body, in bytes. */
  bodyBytesMax: number;
  /** Largest import, in bytes. */
  importBytesMax: number;
  /** Null: nobody is set up to hear recordings, and none are taken. */
  audio: { bytesMax: number; secondsMax: number } | null;
  /** Milliseconds an ordinary request may take; REQUEST_TIMEOUT_MS when absent. */
  requestTimeoutMs?: number;
  /** How long browsers shall come by TLS only; 0 when absent: nothing is said of it. */
  hstsSeconds?: number;
  /** Browser origins that may call; empty: none; `*` alone: all. */
  corsOrigins: string[];
  /** Where people reach this installation, without a slash at its end; null: nobody has said. */
  publicUrl: string | null;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed; none when absent. */
  trustedProxies?: readonly string[];
  /** When new work is refused; never, when absent. */
  queues?: QueueLimits;
  /** Requests per user and minute; 0 = off. `auth`: failed sign-ins per address. */
  limits: { drafts: number; executions: number; reads: number; auth: number };
}

export const API_OPTIONS = Symbol('ApiOptions');
