/** People, each once for the whole installation, whatever workspaces they are in. */
import type { Database, Queryable } from '../../platform/database/database.js';
import type { Passwords } from './passwords.js';

export interface User {
  userId: string;
  /** Null: has never been given one. */
  email: string | null;
  name: string;
  hasPassword: boolean;
}

export interface NewUser {
  userId: string;
  /** Folded, see `Email`. */
  email: string;
  name: string;
  /** Null: signs in some other way. */
  passwordHash: string | null;
}

const USER = `user_id AS "userId", email, name, password_hash IS NOT NULL AS "hasPassword"`;
const SELECT_BY_ID = `SELECT ${USER} FROM users WHERE user_id = $1`;
const SELECT_BY_EMAIL = `SELECT ${USER} FROM users WHERE email = $1`;
const SELECT_PASSWORD = `
  SELECT user_id AS "userId", password_hash AS "passwordHash" FROM users WHERE email = $1`;
const SELECT_PASSWORD_BY_ID = `
  SELECT user_id AS "userId", password_hash AS "passwordHash" FROM users WHERE user_id = $1`;
/**
 * Who begins to register twice over the same invitation is the same user, as they said it last; until they are a member,
 * and nobody registers over them.
 */
const UPSERT_USER = `
  INSERT INTO users (user_id, email, name, password_hash, password_set_at, created_at)
  VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NULL THEN NULL ELSE $5::timestamptz END, $5)
  ON CONFLICT (user_id) DO UPDATE
    SET name = EXCLUDED.name, password_hash = EXCLUDED.password_hash, password_set_at = EXCLUDED.password_set_at
   WHERE NOT EXISTS (SELECT FROM memberships WHERE memberships.user_id = users.user_id)`;
const UNLINK_ACCOUNTS = 'DELETE FROM openid_accounts WHERE user_id = $1';
const UPDATE_PASSWORD = `
  UPDATE users SET email = COALESCE($2, email), password_hash = $3, password_set_at = $4 WHERE user_id = $1`;

/** The address belongs to another user. */
export class EmailTaken extends Error {
  readonly code = 'EMAIL_TAKEN';
  constructor() {
    super('the address belongs to another user');
    this.name = 'EmailTaken';
  }
}

export class Users {
  constructor(
    private readonly database: Pick<Database, 'query' | 'transaction'>,
    private readonly passwords: Passwords,
    private readonly now: () => Date,
  ) {}

  async byId(userId: string): Promise<User | null> {
    return (await this.database.query<User & Row>(SELECT_BY_ID, [userId])).rows[0] ?? null;
  }

  /** `email`: folded. */
  async byEmail(email: string): Promise<User | null> {
    return (await this.database.query<User & Row>(SELECT_BY_EMAIL, [email])).rows[0] ?? null;
  }

  /**
   * Idempotent by `userId`: the last call counts, until they are a member somewhere; then false. `link` notes in the same
   * transaction how they sign in elsewhere, or throws. Throws EmailTaken.
   */
  async create(
    { userId, email, name, passwordHash }: NewUser,
    link?: (transaction: Queryable) => Promise<void>,
  ): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const row = [userId, email, name, passwordHash, this.now()];
      if (!(await orTaken(transaction, UPSERT_USER, row))) return false;
      // Whoever had the invitation before and began with it leaves no way in, by password or otherwise.
      await transaction.query(UNLINK_ACCOUNTS, [userId]);
      await link?.(transaction);
      return true;
    });
  }

  /** The user with this address and password; null takes the same time whatever was wrong. Throws PasswordsBusy. */
  async withPassword(email: string, password: string): Promise<{ userId: string } | null> {
    return this.verified(SELECT_PASSWORD, email, password);
  }

  /** Whether this is the user's password. Throws PasswordsBusy. */
  async hasPassword(userId: string, password: string): Promise<boolean> {
    return (await this.verified(SELECT_PASSWORD_BY_ID, userId, password)) !== null;
  }

  /**
   * `email` null leaves the address as it is. `along`: what is done in the same transaction, or throws. Throws EmailTaken,
   * PasswordsBusy.
   */
  async setPassword(
    { userId, password, email }: { userId: string; password: string; email: string | null },
    along: (transaction: Queryable) => Promise<void>,
  ): Promise<void> {
    const passwordHash = await this.passwords.hash(password);
    await this.database.transaction(async (transaction) => {
      await orTaken(transaction, UPDATE_PASSWORD, [userId, email, passwordHash, this.now()]);
      await along(transaction);
    });
  }

  private async verified(statement: string, of: string, password: string) {
    const { rows } = await this.database.query<{ userId: string; passwordHash: string | null }>(statement, [
      of,
    ]);
    const matches = await this.passwords.matches(password, rows[0]?.passwordHash ?? null);
    return matches && rows[0] ? { userId: rows[0].userId } : null;
  }
}

/** Whether a row was written. Throws EmailTaken. */
async function orTaken(database: Queryable, statement: string, values: unknown[]): Promise<boolean> {
  try {
    return (await database.query(statement, values)).rowCount === 1;
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'users_email_key') throw new EmailTaken();
    throw error;
  }
}

type Row = Record<string, unknown>;
