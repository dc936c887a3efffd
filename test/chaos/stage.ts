/** What a run plays on: a PostgreSQL and a broker of its own, and two processes of each role. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { Broker } from '../../scripts/kafka/broker.js';
import { StreamWriter } from '../../src/commands/stream-writer.js';
import type { KafkaConnection } from '../../src/event-bus/kafka/connection.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Workspaces } from '../../src/identity/workspaces.js';
import { Database } from '../../src/platform/database/database.js';
import { ROLES, type ProcessRole } from '../../src/platform/config/settings.js';
import { startTestCluster, type TestCluster } from '../support/cluster.js';
import { Member } from './member.js';
import { PROCESSES_PER_ROLE } from './plan.js';
import type { Timeline } from './timeline.js';

/** Enough for both processes of a role to have a share of each topic. */
const PARTITIONS = 4;
/** All processes together stay below PostgreSQL's 100 connections. */
const POOL_SIZE = '4';

export interface StageOptions {
  /** PostgreSQL with fsync. */
  durable: boolean;
  /** Settings of the program that differ from its own. */
  environment: Record<string, string>;
  timeline: Timeline;
}

export class Stage {
  private readonly members = new Map<ProcessRole, Member[]>();
  private extras = 0;

  private constructor(
    private readonly folder: string,
    private readonly cluster: TestCluster,
    readonly broker: Broker,
    readonly database: Database,
    private readonly apiKey: string,
    private readonly environment: Record<string, string>,
    private readonly timeline: Timeline,
  ) {}

  static async open({ durable, environment, timeline }: StageOptions): Promise<Stage> {
    const folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-chaos-'));
    await mkdir(path.join(folder, 'logs'));
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    try {
      const cluster = await startTestCluster({ durable });
      undo.push(() => cluster.remove());
      const broker = await Broker.start({ dataDir: path.join(folder, 'kafka') });
      undo.push(() => broker.kill());
      const database = new Database({ url: cluster.url, poolSizeMax: 4, applicationName: 'chaos' });
      undo.push(() => database.close());
      const apiKey = randomBytes(24).toString('base64url');
      const stage = new Stage(folder, cluster, broker, database, apiKey, environment, timeline);
      undo.push(() => stage.endMembers());
      await stage.startMembers();
      return stage;
    } catch (error) {
      for (const each of undo.reverse()) await each().catch(() => undefined);
      throw error;
    }
  }

  /** Where each process writes its log. */
  get logFolder(): string {
    return path.join(this.folder, 'logs');
  }

  get connection(): KafkaConnection {
    const brokers = [this.broker.brokers];
    return { brokers, clientId: 'chaos', ssl: false, sasl: null, prefix: '' };
  }

  get apiUrls(): string[] {
    return this.of('api').map(({ url }) => url);
  }

  get all(): Member[] {
    return [...this.members.values()].flat();
  }

  /** Answers the key of the owner of each; the first is the workspace `default`. */
  async openWorkspaces(count: number): Promise<string[]> {
    const store = new PostgresEventStore(this.database);
    try {
      const workspaces = new Workspaces(this.database, new StreamWriter(store, () => new Date()));
      const apiKeys = [this.apiKey];
      while (apiKeys.length < count)
        apiKeys.push((await workspaces.createWorkspaceWithKey(`Shop ${apiKeys.length + 1}`)).apiKey);
      return apiKeys;
    } finally {
      await store.close();
    }
  }

  of(role: ProcessRole): Member[] {
    return this.members.get(role) ?? [];
  }

  /** Who relays, and the epoch in which it does. */
  async lease(): Promise<{ member: Member | null; epoch: bigint }> {
    const { rows } = await this.database.query<{ holder: string; epoch: string }>(
      'SELECT holder, epoch FROM relay_lease',
    );
    const holder = rows[0]?.holder;
    const member = this.of('relay').find(({ pid }) => holder === `${hostname()}/${pid}`) ?? null;
    return { member, epoch: BigInt(rows[0]?.epoch ?? 0) };
  }

  /** A further process, not one of those that are restarted: its owner ends it. */
  extra(role: ProcessRole): Promise<Member> {
    this.extras += 1;
    return this.member(role, `${role}-extra-${this.extras}`);
  }

  async ready(): Promise<void> {
    await Promise.all(this.all.map((member) => member.ready()));
  }

  /** On request; answers what did not end as asked. */
  async stopMembers(): Promise<string[]> {
    const ends = await Promise.all(
      this.all.map(async (member) => [member.name, await member.stop()] as const),
    );
    return ends
      .filter(([, how]) => how !== 'code 0')
      .map(([name, how]) => `${name}, asked to end, ended by ${how}`);
  }

  /** `keepLogs`: all but the logs goes. */
  async close({ keepLogs }: { keepLogs: boolean }): Promise<void> {
    await this.endMembers();
    await this.database.close();
    await this.broker.remove();
    await this.cluster.remove();
    if (!keepLogs) await rm(this.folder, { recursive: true, force: true });
  }

  private async startMembers(): Promise<void> {
    // The first one migrates: a start of many at once is safe, but slow on a small machine.
    for (const role of ROLES) {
      this.members.set(role, []);
      for (let index = 0; index < PROCESSES_PER_ROLE; index += 1)
        this.members.get(role)!.push(await this.member(role, `${role}-${index + 1}`));
      if (role === 'api') await this.of(role)[0]!.ready();
    }
    await this.ready();
  }

  private member(role: ProcessRole, name: string): Promise<Member> {
    return Member.start({
      name,
      role,
      logFolder: this.logFolder,
      onEnd: (member, how) =>
        this.timeline.note(`${member.name} ended by itself (${how}) and is started again`),
      environment: {
        DATABASE_URL: this.cluster.url,
        DATABASE_POOL_SIZE: POOL_SIZE,
        KAFKA_BROKERS: this.broker.brokers,
        KAFKA_PARTITIONS: String(PARTITIONS),
        DRAFTHORSE_API_KEY: this.apiKey,
        LOG_LEVEL: 'warn',
        RATE_LIMIT_DRAFTS: '0',
        RATE_LIMIT_EXECUTIONS: '0',
        RATE_LIMIT_READS: '0',
        RATE_LIMIT_AUTH: '0',
        QUEUE_WAITING_MAX: '0',
        QUEUE_WAIT_SECONDS_MAX: '0',
        ...this.environment,
      },
    });
  }

  private async endMembers(): Promise<void> {
    await Promise.all(this.all.map((member) => member.kill()));
  }
}
