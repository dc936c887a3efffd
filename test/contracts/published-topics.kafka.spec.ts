/** What the real program puts on real topics, read as a stranger would: by contracts/ and the analytics example alone. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { ASYNCAPI_FILE, committed } from '../../scripts/contracts/contract-files.js';
import { TOPICS } from '../../src/events/streams.js';
import type { Usage } from '../../src/projections/usage/usage.queries.js';
import { example, FOLDER } from '../analytics/example.js';
import type { SecondWorkspace } from '../support/server.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

const { brokers } = inject('kafka');
const WAIT_MS_MAX = 60_000;
const TRACE_ID = 'a'.repeat(32);
const traceparent = `00-${TRACE_ID}-${'b'.repeat(16)}-01`;
const PRODUCTS = [
  { sku: 'MUG-R', name: 'Red Mug', price: '9.50', stock: 4, category: 'Mugs' },
  { sku: 'MUG-B', name: 'Blue Mug', price: '10.25', stock: 2, category: 'Mugs' },
  { sku: 'CUP', name: 'Tea Cup', price: '3.00', stock: 9, category: 'Cups' },
];

interface Published {
  topic: string;
  key: string;
  headers: Record<string, string>;
  value: unknown;
}

describe.skipIf(brokers === null)('the topics of the program', () => {
  const prefix = `spec-${randomBytes(4).toString('hex')}.`;
  const kafka = new Kafka({ brokers: (brokers ?? '').split(','), logLevel: logLevel.NOTHING });
  let server: TestServer;
  let shop: SecondWorkspace;
  let folder: string;
  let messages: Published[];
  let tracedDraft: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-published-'));
    server = await TestServer.start({
      environment: { KAFKA_BROKERS: brokers ?? '', KAFKA_TOPIC_PREFIX: prefix, KAFKA_PARTITIONS: '3' },
    });
    shop = await server.createWorkspace('published');
    tracedDraft = await live(shop);
    messages = await everything();
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A day in a shop: an import, a change, an undo, a question, a refusal, a cancellation, and a product by hand. */
  async function live({ client }: SecondWorkspace): Promise<string> {
    await client.importCatalogue(PRODUCTS);
    const { body } = await client.expectStatus<{ draftId: string }>(
      202,
      'POST',
      '/ai/drafts',
      { prompt: 'raise the price of all mugs by 10%' },
      { headers: { traceparent } },
    );
    const { preview } = await client.previewOf(body.draftId);
    const confirmation = { planHash: preview.planHash };
    const confirm = `/ai/drafts/${body.draftId}/confirm`;
    await client.expectStatus(202, 'POST', confirm, confirmation, { headers: { traceparent } });
    await client.until(body.draftId, 'done');
    const undo = await client.undo(body.draftId);
    await client.confirm(undo);
    await client.until(body.draftId, 'undone');
    await client.say('delete everything');
    await client.say('what is the price of the tea cup?');
    const { draftId } = await client.preview('set the price of the tea cup to 4');
    await client.expectStatus(202, 'POST', `/ai/drafts/${draftId}/cancel`);
    const cup = await client.product('CUP');
    await client.expectStatus(
      202,
      'PATCH',
      `/products/${cup.productId}`,
      { price: '2.75' },
      {
        headers: { 'if-match': `"${cup.version}"` },
      },
    );
    return body.draftId;
  }

  /** All messages of all topics, once as many are there as the log has events. */
  async function everything(): Promise<Published[]> {
    const read: Published[] = [];
    const consumer = kafka.consumer({ groupId: `${prefix}stranger` });
    await consumer.connect();
    await consumer.subscribe({
      topics: TOPICS.map((topic) => prefix + topic),
      fromBeginning: true,
    });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, message }) =>
        void read.push(published(topic.slice(prefix.length), message)),
    });
    const { rows } = await server.data.database.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM events',
    );
    await until('every event is published', () => read.length >= rows[0]!.count, WAIT_MS_MAX).catch(
      () => undefined,
    );
    await consumer.disconnect();
    expect(read).toHaveLength(rows[0]!.count);
    return read;
  }

  it('hold what contracts/ promises: every value fits the schema that its headers name, on its topic', async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const document = parse((await committed(ASYNCAPI_FILE)) ?? '') as Record<string, any>;
    const fitsHeaders = ajv.compile(document['components'].schemas.EventHeaders);
    const wrong: unknown[] = [];
    for (const { topic, headers, value } of messages) {
      const type = headers['ce_type']!;
      const channel = Object.values<any>(document['channels']).find(({ address }) => address === topic);
      if (!(type in channel.messages)) wrong.push({ type, topic });
      if (!fitsHeaders(headers)) wrong.push({ type, headers: fitsHeaders.errors });
      const file = `events/${type}.v${headers['drafthorse-schema-version']}.schema.json`;
      const schema = JSON.parse((await committed(file)) ?? 'false') as { $id: string };
      const fits = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
      if (!fits(value)) wrong.push({ type, errors: fits.errors });
    }
    expect(wrong).toEqual([]);
    const types = new Set(messages.map(({ headers }) => headers['ce_type']));
    for (const type of [
      'Executed',
      'Undone',
      'Failed',
      'Answered',
      'Cancelled',
      'ProductsChanged',
      'ImportCompleted',
    ])
      expect(types).toContain(type);
  });

  it('carry the trace of the request to the last event that it led to', () => {
    const traced = messages.filter(({ headers }) => headers['traceparent'] === traceparent);
    const types = traced.map(({ headers }) => headers['ce_type']);
    expect(types).toEqual(
      expect.arrayContaining([
        'DraftCreated',
        'Parsed',
        'PreviewBuilt',
        'Confirmed',
        'ProductsChanged',
        'Executed',
      ]),
    );
    const others = messages.filter(({ headers }) => headers['ce_subject'] === `draft-${tracedDraft}`);
    const untraced = others.filter(({ headers }) => headers['traceparent'] !== traceparent);
    // The undo was another request.
    expect(untraced.map(({ headers }) => headers['ce_type'])).toEqual(['Undone']);
  });

  it('are counted by a stranger as the program counts them itself', async () => {
    const file = path.join(folder, 'analytics.json');
    await promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL('main.mjs', FOLDER)), '--until-caught-up'],
      { env: { KAFKA_BROKERS: brokers ?? '', KAFKA_TOPIC_PREFIX: prefix, ANALYTICS_FILE: file } },
    );
    const { hours, skipped } = await (await example()).load(file);
    const counted = Object.values(hours).flatMap((workspaces) => workspaces[shop.workspaceId] ?? []);
    const sum = (pick: (counts: (typeof counted)[number]) => number) =>
      counted.reduce((total, counts) => total + pick(counts), 0);
    const outcome = (name: string) => sum(({ outcomes }) => outcomes[name] ?? 0);
    const strangers = {
      created: sum(({ drafts }) => drafts),
      ...Object.fromEntries(
        ['executed', 'answered', 'clarified', 'failed', 'cancelled', 'expired', 'undone'].map((name) => [
          name,
          outcome(name),
        ]),
      ),
    };
    const cents = sum(({ valueMoved }) => Number(valueMoved.replace('.', '')));
    const last = messages.reduce((most, { headers }) => {
      const position = BigInt(headers['drafthorse-position']!);
      return position > most ? position : most;
    }, 0n);
    const { total } = await shop.client.get<Usage>('/usage?by=hour', last.toString());
    expect(total.drafts).toMatchObject(strangers);
    expect({ rows: sum(({ rowsChanged }) => rowsChanged), cents }).toEqual({
      rows: total.rowsChanged,
      cents: Number(total.valueMoved.replace('.', '')),
    });
    // Two mugs up by 0.95 and 1.03, and back; the cup down by 0.25.
    expect(total).toMatchObject({ rowsChanged: 5, valueMoved: '4.21', rowsImported: 3 });
    expect(skipped).toMatchObject({ unreadable: 0, newerVersion: 0 });
  });
});

function published(topic: string, { key, value, headers = {} }: KafkaMessage): Published {
  return {
    topic,
    key: key!.toString(),
    value: JSON.parse(value!.toString()),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
  };
}
