/**
 * One real Kafka broker without Docker, for development and tests: KRaft in combined mode, replication factors 1.
 * It can be paused, killed and started again on the same port and log folder. It dies with the process that started
 * it, however that one ends.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { fetchJars } from './jars.js';

const START_MS_MAX = 120_000;
const STOP_MS_MAX = 30_000;
const LOG_CHARS_KEPT = 20_000;
/** Enough for tests and development; a production broker is sized by its operator. */
const JVM_FLAGS = [
  '-Xmx512m',
  '-Xms128m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];
/** Any: there is one broker, and its folder is its own. */
const CLUSTER_ID = 'ZHJhZnRob3JzZS1kZXZlbA';

export interface BrokerOptions {
  /** Where the broker keeps its log; what is there is used again. */
  dataDir: string;
  /** 0 or absent: a free one. */
  port?: number;
}

export class Broker {
  private java: ChildProcess | null = null;
  private watcher: ChildProcess | null = null;
  private output = '';

  private constructor(
    private readonly dataDir: string,
    private readonly jars: string,
    readonly port: number,
    private readonly configuration: string,
  ) {}

  /** Resolves when it answers. */
  static async start({ dataDir, port }: BrokerOptions): Promise<Broker> {
    const jars = await fetchJars();
    const [own, controller] = await freePorts(2);
    const listening = port || own!;
    const configuration = path.join(dataDir, 'server.properties');
    await mkdir(dataDir, { recursive: true });
    await writeFile(configuration, properties({ dataDir, port: listening, controllerPort: controller! }));
    const broker = new Broker(dataDir, jars, listening, configuration);
    await broker.format();
    await broker.start();
    return broker;
  }

  /** As KAFKA_BROKERS takes it. */
  get brokers(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Resolves when it has ended, whoever ended it. */
  async ended(): Promise<void> {
    const java = this.java;
    if (java) await new Promise((resolve) => java.once('exit', resolve));
  }

  /** The last lines it wrote. */
  get log(): string {
    return this.output;
  }

  /** After `stop` or `kill`: the same port and log folder. */
  async start(): Promise<void> {
    if (this.java) throw new Error('the broker runs');
    const java = spawn(
      'java',
      [...JVM_FLAGS, '-cp', path.join(this.jars, '*'), 'kafka.Kafka', this.configuration],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        // Ctrl-C is for whoever started it, who then stops it.
        detached: true,
      },
    );
    this.java = java;
    const keep = (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-LOG_CHARS_KEPT));
    java.stdout.on('data', keep);
    java.stderr.on('data', keep);
    java.once('exit', () => {
      this.java = null;
      this.watcher?.kill('SIGKILL');
      this.watcher = null;
    });
    this.watcher = watch(java.pid!);
    try {
      await this.answering();
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Cleanly: what was written is on disk. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Holds it still, as a machine that hangs; connections stay open. */
  pause(): void {
    this.java?.kill('SIGSTOP');
  }

  resume(): void {
    this.java?.kill('SIGCONT');
  }

  /** Ends it and takes its log away. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async format(): Promise<void> {
    if (existsSync(path.join(this.dataDir, 'log', 'meta.properties'))) return;
    const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', this.configuration];
    await promisify(execFile)('java', [...JVM_FLAGS, '-cp', path.join(this.jars, '*'), ...tool], {
      timeout: START_MS_MAX,
    });
  }

  private async answering(): Promise<void> {
    const deadline = performance.now() + START_MS_MAX;
    const kafka = new Kafka({
      brokers: [this.brokers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      connectionTimeout: 2_000,
    });
    for (;;) {
      const admin = kafka.admin();
      try {
        await admin.connect();
        if ((await admin.describeCluster()).brokers.length > 0) return;
      } catch {
        if (!this.java) throw new Error(`the broker ended while it started:\n${this.output}`);
        if (performance.now() > deadline)
          throw new Error(`the broker did not answer within ${START_MS_MAX} ms:\n${this.output}`);
      } finally {
        await admin.disconnect();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const java = this.java;
    if (!java) return;
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    java.once('exit', () => resolve());
    // A paused process does not hear a signal until it goes on.
    java.kill('SIGCONT');
    java.kill(signal);
    const timer = setTimeout(() => java.kill('SIGKILL'), STOP_MS_MAX);
    await exited;
    clearTimeout(timer);
  }
}

/** Kills the broker when this process ends without having stopped it, even by SIGKILL: its pipe closes then. */
function watch(pid: number): ChildProcess {
  return spawn('sh', ['-c', `cat >/dev/null; kill -KILL ${pid} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function properties(options: { dataDir: string; port: number; controllerPort: number }): string {
  const { dataDir, port, controllerPort } = options;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': path.join(dataDir, 'log'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    // Specs let members die: their sessions end within a second.
    'group.min.session.timeout.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'controlled.shutdown.enable': false,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
