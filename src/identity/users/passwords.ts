/**
 * Passwords as argon2id (RFC 9106) with the parameters OWASP's Password Storage Cheat Sheet names first: 19 MiB, two
 * passes, one lane. Each hash takes tens of milliseconds of a core on purpose; so many at once must not take the machine.
 */
import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { foldPassword } from './password-rules.js';
import { Turns } from './turns.js';

/** `Algorithm.Argon2id`; the library's enum is a const one, of which nothing is left to import. */
const ARGON2ID = 2;
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Of the four threads that files and name look-ups also run on. */
export const PASSWORD_JOBS_AT_ONCE = 2;
/** Waiting behind those: at 45 ms each (measured, two at once on two cores) the last of them waits 5 s. */
export const PASSWORD_JOBS_WAITING_MAX = 200;

/** More sign-ins wait than can be answered in a bearable time. */
export class PasswordsBusy extends Error {
  readonly code = 'PASSWORDS_BUSY';
  constructor() {
    super(`${PASSWORD_JOBS_WAITING_MAX} passwords wait to be hashed`);
    this.name = 'PasswordsBusy';
  }
}

export class Passwords {
  private readonly turns = new Turns({
    atOnce: PASSWORD_JOBS_AT_ONCE,
    waitingMax: PASSWORD_JOBS_WAITING_MAX,
    refusal: () => new PasswordsBusy(),
  });
  /** Nobody's password: what those are checked against who do not exist. */
  private nobodys: Promise<string> | undefined;

  /** In argon2's own notation (`$argon2id$v=19$m=…`). Throws PasswordsBusy. */
  hash(password: string): Promise<string> {
    return this.turns.run(() => hash(foldPassword(password), PARAMETERS));
  }

  /**
   * Null as the hash (no such user, or one without a password) is false after the time that a wrong password takes, so
   * that time does not tell who has an account. Throws PasswordsBusy.
   */
  async matches(password: string, passwordHash: string | null): Promise<boolean> {
    // Whoever is asked about: the first in a process waits for it.
    const nobodys = await this.nobodysHash();
    const matches = await this.turns.run(() => verify(passwordHash ?? nobodys, foldPassword(password)));
    return matches && passwordHash !== null;
  }

  private nobodysHash(): Promise<string> {
    this.nobodys ??= hash(randomBytes(32).toString('hex'), PARAMETERS).catch((error: unknown) => {
      this.nobodys = undefined;
      throw error;
    });
    return this.nobodys;
  }
}
