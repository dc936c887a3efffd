/** The analytics example on a real broker: killed at any moment, it counts everything, and nothing twice. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { routeOf } from '../../src/events/streams.js';
import * as draft from '../support/draft-events.js';
import { until } from '../support/until.js';
import { example, FOLDER, recorded, sent, type State } from './example.js';

const { load } = await example();
const { brokers } = inject('kafka');
const PARTITIONS = 3;
const DRAFTS = 300;
const KILLS = 6;
const WAIT_MS_MAX = 60_000;

describe.skipIf(brokers === null)('the analytics example', () => {
  const prefix = `spec-${randomBytes(4).toString('hex')}.`;
  const kafka = new Kafka({ brokers: (brokers ?? '').split(','), logLevel: logLevel.NOTHING });
  const children = new Set<ChildProcess>();
  let producer: Producer;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-analytics-'));
    file = path.join(folder, 'analytics.json');
    const admin = kafka.admin();
    await admin.connect();
    const names = ['drafthorse.drafts', 'drafthorse.catalogue'].map((topic) => prefix + topic);
    await admin.createTopics({
      waitForLeaders: true,
      topics: names.map((topic) => ({ topic, numPartitions: PARTITIONS })),
    });
    await admin.disconnect();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
  }, WAIT_MS_MAX);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await producer?.disconnect();
    await rm(folder, { recursive: true, force: true });
  });

  function run(...flags: string[]): ChildProcess {
    const main = fileURLToPath(new URL('main.mjs', FOLDER));
    const child = spawn(process.execPath, [main, ...flags], {
      env: {
        PATH: process.env['PATH'],
        KAFKA_BROKERS: brokers ?? '',
        KAFKA_TOPIC_PREFIX: prefix,
        ANALYTICS_FILE: file,
        NODE_NO_WARNINGS: '1',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  }
  const ended = async (child: ChildProcess) =>
    child.exitCode ??
    child.signalCode ??
    ((await once(child, 'exit')) as [number | null, string | null]).find((how) => how !== null);

  let position = 0n;
  /** A draft that changed one price by 1.25, sent whole and, now and then, partly again. */
  async function sendDraft(number: number): Promise<void> {
    const draftId = randomUUID();
    const workspaceId = randomUUID();
    const events = [
      ...draft.HISTORIES.done.map((event) => ({ event, streamId: `draft-${draftId}` })),
      { event: productsChanged(draftId), streamId: `catalogue-${workspaceId}` },
    ].map(({ event, streamId }) => recorded(event, { streamId, position: (position += 3n) }));
    const messages = (part: typeof events, name: string) =>
      part
        .filter(({ streamId }) => routeOf(streamId).topic === name)
        .map((event) => ({ ...sent(event), key: routeOf(event.streamId).key }));
    for (const part of number % 5 === 0 ? [events, events.slice(3)] : [events])
      for (const name of ['drafthorse.drafts', 'drafthorse.catalogue'])
        if (messages(part, name).length > 0)
          await producer.send({ topic: prefix + name, messages: messages(part, name) });
  }

  const send = async (drafts: number) => {
    for (let number = 0; number < drafts; number += 1) await sendDraft(number);
  };

  it('counts everything once, however often it is killed', async () => {
    const killedAt: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = run();
      const before = progress(await load(file));
      const sending = send(DRAFTS / KILLS);
      // Killed in the middle of its work: it has counted some, and more is coming.
      await until('it has counted further', async () => progress(await load(file)) > before, WAIT_MS_MAX);
      child.kill('SIGKILL');
      await ended(child);
      killedAt.push(progress(await load(file)));
      await sending;
    }
    expect(await ended(run('--until-caught-up'))).toBe(0);
    expect(killedAt).toEqual(killedAt.toSorted((one, other) => one - other));
    expect(total(await load(file))).toEqual({
      drafts: DRAFTS,
      executed: DRAFTS,
      rows: DRAFTS,
      cents: DRAFTS * 125,
    });
    expect((await load(file)).skipped).toMatchObject({ unreadable: 0, newerVersion: 0 });
  });

  it('ends at once when there is nothing new, and counts what came since', async () => {
    const before = await load(file);
    expect(await ended(run('--until-caught-up'))).toBe(0);
    expect(await load(file)).toEqual(before);
    await sendDraft(1);
    expect(await ended(run('--until-caught-up'))).toBe(0);
    expect(total(await load(file)).drafts).toBe(total(before).drafts + 1);
  });
});

const productsChanged = (draftId: string) => ({
  type: 'ProductsChanged',
  data: {
    changeSetId: randomUUID(),
    origin: { kind: 'draft', draftId },
    userId: draft.USER_ID,
    chunk: 1,
    chunks: 1,
    total: 1,
    changes: [
      {
        productId: draft.PRODUCT_ID,
        baseVersion: 1,
        op: 'update',
        before: { price: '10.00' },
        after: { price: '8.75' },
      },
    ],
    changedAt: draft.NOW,
  },
});

/** Messages the file has behind it. */
const progress = (state: State) =>
  Object.values(state.partitions).reduce((sum, { offset }) => sum + Number(offset), 0);

function total(state: State) {
  const all = Object.values(state.hours).flatMap((workspaces) => Object.values(workspaces));
  const sum = (pick: (counts: (typeof all)[number]) => number) =>
    all.reduce((total, counts) => total + pick(counts), 0);
  return {
    drafts: sum(({ drafts }) => drafts),
    executed: sum(({ outcomes }) => outcomes['executed'] ?? 0),
    rows: sum(({ rowsChanged }) => rowsChanged),
    cents: sum(({ valueMoved }) => Number(valueMoved.replace('.', ''))),
  };
}
