/** What an error of the database driver means for whoever wants to try again. */
import pg from 'pg';

const SOCKET_FAILURES = new Set([
  'ECONNREFUSED',
  // The Unix socket of a server that is not there.
  'ENOENT',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver reports these as plain errors: it has no code for them. */
const DRIVER_MESSAGES =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|client has encountered a connection error|Client was closed/i;

/**
 * The server is away or cannot take more (classes 08, 53 and 57P: connection, resources, shutdown): the same
 * statement will succeed later. Whether it was executed is unknown.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError)
    return /^(08|53|57P0[1-5])/.test(error.code ?? '') || error.code === '25P03';
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isDatabaseAway);
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && SOCKET_FAILURES.has(code)) || DRIVER_MESSAGES.test(error.message);
}

/** Rolled back because of others (serialization failure, deadlock, lock timeout): try again at once. */
export function isDatabaseCollision(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ['40001', '40P01', '55P03'].includes(error.code ?? '');
}
