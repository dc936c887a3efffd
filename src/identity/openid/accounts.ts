/** Which user signs in with which account elsewhere. */
import type { PendingReceipt } from '../../commands/receipt.js';
import type { Database, Queryable } from '../../platform/database/database.js';
import { changeWithAnswer } from '../change-with-answer.js';
import type { OpenIdAccount } from './providers.js';

const SELECT_USER = `
  SELECT user_id AS "userId" FROM openid_accounts WHERE issuer = $1 AND subject = $2`;
const INSERT = `
  INSERT INTO openid_accounts (issuer, subject, user_id, provider, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (issuer, subject) DO NOTHING`;
const SELECT_OF_USER = `
  SELECT provider, issuer, subject, created_at AS "linkedAt" FROM openid_accounts
   WHERE user_id = $1 ORDER BY created_at, issuer, subject`;
const DELETE = 'DELETE FROM openid_accounts WHERE user_id = $1 AND issuer = $2 AND subject = $3';

export interface LinkedAccount {
  provider: string;
  issuer: string;
  subject: string;
  linkedAt: Date;
}

type Account = Pick<OpenIdAccount, 'issuer' | 'subject'>;

export class OpenIdAccounts {
  constructor(
    private readonly database: Pick<Database, 'query' | 'transaction'>,
    private readonly now: () => Date,
  ) {}

  async userOf({ issuer, subject }: Account, database: Queryable = this.database): Promise<string | null> {
    const { rows } = await database.query<{ userId: string }>(SELECT_USER, [issuer, subject]);
    return rows[0]?.userId ?? null;
  }

  /** Whether the account is this user's now: an account belongs to the first user who links it. */
  async link(account: OpenIdAccount, userId: string, database: Queryable = this.database): Promise<boolean> {
    const { issuer, subject, provider } = account;
    await database.query(INSERT, [issuer, subject, userId, provider, this.now()]);
    return (await this.userOf(account, database)) === userId;
  }

  async list(userId: string): Promise<LinkedAccount[]> {
    type Row = LinkedAccount & Record<string, unknown>;
    return (await this.database.query<Row>(SELECT_OF_USER, [userId])).rows;
  }

  /** Whether it was linked. */
  async unlink(
    { issuer, subject }: Account,
    userId: string,
    receipt?: PendingReceipt<{ userId: string }>,
  ): Promise<boolean> {
    const unlinked = await changeWithAnswer(this.database, receipt, async (queryable) => {
      const { rowCount } = await queryable.query(DELETE, [userId, issuer, subject]);
      return rowCount === 1 ? { userId } : null;
    });
    return unlinked !== null;
  }
}
