/** Everybody who might call: every role, every key, and those who may nothing any more. */
import { randomUUID } from 'node:crypto';
import { StreamWriter } from '../../src/commands/stream-writer.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Role } from '../../src/events/workspace.events.js';
import { callerOfRole, type Caller } from '../../src/identity/caller.js';
import { buildIdentity, type Identity } from '../../src/identity/identity.js';
import { PERMISSIONS, PERMISSIONS_OF, type Permission } from '../../src/identity/permissions.js';
import type { Database } from '../../src/platform/database/database.js';

export interface CallerUnderTest {
  name: string;
  headers: Record<string, string>;
  /** Null: nobody, to be told so. */
  permissions: ReadonlySet<Permission> | null;
  /** The same user, come in once more. */
  anew?: () => Promise<CallerUnderTest>;
}

const HOUR_MS = 3_600_000;
const NOBODY: ReadonlySet<Permission> | null = null;

const bearer = (
  name: string,
  token: string,
  permissions: CallerUnderTest['permissions'],
): CallerUnderTest => ({ name, headers: { authorization: `Bearer ${token}` }, permissions });

/** The people of one workspace, and those who were. */
export class People {
  private readonly identity: Identity;
  /** As it was two hours ago. */
  private readonly earlier: Identity;

  private constructor(
    private readonly database: Database,
    private readonly store: PostgresEventStore,
    private readonly owner: { workspaceId: string; userId: string },
  ) {
    const writer = new StreamWriter(store, () => new Date());
    this.identity = buildIdentity(database, writer, () => new Date());
    this.earlier = buildIdentity(database, writer, () => new Date(Date.now() - 2 * HOUR_MS));
  }

  /** To be closed. */
  static of(database: Database, owner: { workspaceId: string; userId: string }): People {
    return new People(database, new PostgresEventStore(database), owner);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  async everybody(): Promise<CallerUnderTest[]> {
    return [
      ...(await this.ofEveryRole()),
      ...(await this.keysOfOneScope()),
      { name: 'no token', headers: {}, permissions: NOBODY },
      bearer('a garbage token', `dh_${randomUUID()}`, NOBODY),
      bearer('a token in the shape of a signed one', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', NOBODY),
      { name: 'another scheme', headers: { authorization: `Basic ${randomUUID()}` }, permissions: NOBODY },
      ...(await this.whoseTimeIsOver()),
      ...(await this.whoWereRemoved()),
    ];
  }

  /** By key and by session. */
  private async ofEveryRole(): Promise<CallerUnderTest[]> {
    const callers: CallerUnderTest[] = [];
    for (const role of Role.options) {
      const userId = role === 'owner' ? this.owner.userId : await this.member(role);
      const permissions = PERMISSIONS_OF[role];
      callers.push(bearer(`the ${role}'s key`, await this.key(userId, role), permissions));
      callers.push(await this.bySession(role, userId));
    }
    return callers;
  }

  private async bySession(role: Role, userId: string): Promise<CallerUnderTest> {
    const { accessToken } = await this.signIn(userId);
    const caller = bearer(`the ${role}'s session`, accessToken, PERMISSIONS_OF[role]);
    return { ...caller, anew: () => this.bySession(role, userId) };
  }

  /** Of an owner, who could have given each of them everything. */
  private async keysOfOneScope(): Promise<CallerUnderTest[]> {
    const keys = PERMISSIONS.map(async (scope) => {
      const key = await this.key(this.owner.userId, 'owner', [scope]);
      return bearer(`an owner's key for ${scope} alone`, key, new Set([scope]));
    });
    return Promise.all(keys);
  }

  private async whoseTimeIsOver(): Promise<CallerUnderTest[]> {
    const { userId } = this.owner;
    const expired = await this.created(this.earlier, userId, 'owner', new Date(Date.now() - HOUR_MS));
    const revoked = await this.created(this.identity, userId, 'owner');
    await this.identity.apiKeys.revoke(this.caller(userId, 'owner'), revoked.keyId);
    const ended = await this.signIn(userId);
    await this.identity.sessions.end(userId, ended.sessionId, 'logout');
    return [
      bearer('an expired key', expired.apiKey, NOBODY),
      bearer('a revoked key', revoked.apiKey, NOBODY),
      bearer('an expired access token', (await this.signIn(userId, this.earlier)).accessToken, NOBODY),
      bearer('a session that was ended', ended.accessToken, NOBODY),
    ];
  }

  /** Their credentials are as good as ever; they are no members any more. */
  private async whoWereRemoved(): Promise<CallerUnderTest[]> {
    const userId = await this.member('editor');
    const key = await this.key(userId, 'editor');
    const { accessToken } = await this.signIn(userId);
    const removed = await this.identity.members.remove(userId, this.context());
    if (!removed.accepted) throw new Error(`not removed: ${JSON.stringify(removed.refusal)}`);
    return [
      bearer("a removed member's key", key, NOBODY),
      bearer("a removed member's session", accessToken, NOBODY),
    ];
  }

  async keyId(userId: string): Promise<string> {
    return (await this.created(this.identity, userId, 'owner')).keyId;
  }

  async invitation(): Promise<string> {
    const invited = { email: `asked-${randomUUID()}@shop.example`, role: 'viewer' } as const;
    return (await this.identity.members.invite(invited, this.context())).invited.invitationId;
  }

  async member(role: Role): Promise<string> {
    const userId = randomUUID();
    const email = `${role}-${userId}@shop.example`;
    await this.database.query('INSERT INTO users (user_id, name, email) VALUES ($1, $2, $3)', [
      userId,
      role,
      email,
    ]);
    await this.accept(userId, email, role);
    return userId;
  }

  /** Somebody who is a user already. */
  async join(userId: string): Promise<void> {
    await this.accept(userId, `joins-${userId}@shop.example`, 'editor');
  }

  private async accept(userId: string, email: string, role: Role): Promise<void> {
    const { invited } = await this.identity.members.invite({ email, role }, this.context());
    const invitation = await this.identity.members.find(invited.token);
    const outcome = await this.identity.members.accept(invitation!, userId, { correlationId: randomUUID() });
    if (!outcome.accepted) throw new Error(`not accepted: ${JSON.stringify(outcome.refusal)}`);
  }

  async signIn(userId: string, identity = this.identity) {
    const signedIn = await identity.sessions.start(userId, { workspaceId: this.owner.workspaceId });
    if ('refused' in signedIn) throw new Error(`not signed in: ${signedIn.refused}`);
    return signedIn;
  }

  private async key(userId: string, role: Role, scopes: Permission[] | null = null): Promise<string> {
    return (await this.created(this.identity, userId, role, null, scopes)).apiKey;
  }

  private async created(
    { apiKeys }: Identity,
    userId: string,
    role: Role,
    expiresAt: Date | null = null,
    scopes: Permission[] | null = null,
  ) {
    const created = await apiKeys.create(
      this.caller(userId, role),
      { name: 'matrix', scopes, expiresAt },
      randomUUID(),
    );
    if ('refused' in created) throw new Error(`no key: ${JSON.stringify(created.refused)}`);
    return created;
  }

  private caller(userId: string, role: Role): Caller {
    const credential = { kind: 'session', id: randomUUID() } as const;
    return callerOfRole({ userId, workspaceId: this.owner.workspaceId, role, credential });
  }

  private context() {
    const commandId = randomUUID();
    return { ...this.owner, commandId, correlationId: commandId, causationId: null };
  }
}
