/** Structured logs: one JSON line per fact, written by pino. */
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream } from 'pino';
import { REDACTED_FIELDS, type LogFields } from './log-fields.js';
import { redactor } from './redaction.js';

/** What the program logs with. The first argument takes known field names only. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  fatal(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

export const LOGGER = Symbol('Logger');

const REDACTED_PATHS = REDACTED_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

export interface LoggerOptions {
  level: string;
  /** Standard output when absent. */
  destination?: DestinationStream;
  /** Values of secret settings: taken out of every line, whatever they stand in. */
  secrets?: readonly string[];
}

export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: redactor(options.secrets ?? []) },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

/** Nest's own lines in the same form. Its start-up chatter is debug: it says nothing about this program. */
export function nestLogger(logger: Logger): LoggerService {
  const line = (message: unknown, context: unknown[]) => {
    const name = context.at(-1);
    return `${typeof name === 'string' ? `${name}: ` : ''}${message instanceof Error ? message.message : String(message)}`;
  };
  const errorOf = (message: unknown) => (message instanceof Error ? { err: message } : {});
  return {
    log: (message: unknown, ...context: unknown[]) => logger.debug({}, line(message, context)),
    debug: (message: unknown, ...context: unknown[]) => logger.debug({}, line(message, context)),
    verbose: (message: unknown, ...context: unknown[]) => logger.debug({}, line(message, context)),
    warn: (message: unknown, ...context: unknown[]) => logger.warn(errorOf(message), line(message, context)),
    error: (message: unknown, ...context: unknown[]) =>
      logger.error(errorOf(message), line(message, context)),
    fatal: (message: unknown, ...context: unknown[]) =>
      logger.fatal(errorOf(message), line(message, context)),
  };
}
