/** What contracts/ promises to consumers, held against the code that writes events and the events ever written. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  ASYNCAPI_FILE,
  brokenPromises,
  committed,
  committedSchemas,
  contractFiles,
} from '../../scripts/contracts/contract-files.js';
import { DEAD_LETTER_HEADERS as SENT_WITH_LETTERS } from '../../src/event-bus/kafka/dead-letter-topic.js';
import { deadLetterTopicName } from '../../src/event-bus/kafka/names.js';
import { encodeRecord } from '../../src/event-bus/kafka/record.js';
import type { RecordedEvent } from '../../src/events/contract.js';
import { DEAD_LETTER_HEADERS } from '../../src/events/published/asyncapi.js';
import { HEADERS, headersSchema } from '../../src/events/published/headers.js';
import { EVENT_CONTRACTS } from '../../src/events/registry.js';
import { routeOf, TOPICS } from '../../src/events/streams.js';

const FIXTURES = new URL('../../src/events/fixtures/', import.meta.url);
const fixtures = readdirSync(FIXTURES).toSorted();
const validator = () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv;
};
const schemaOf = async (file: string) =>
  JSON.parse((await committed(file)) ?? 'null') as Record<string, unknown>;
const document = async () => parse((await committed(ASYNCAPI_FILE)) ?? '') as Record<string, any>;

describe('the committed contracts', () => {
  let generated: Map<string, string>;
  beforeAll(async () => {
    generated = await contractFiles();
  });

  it('are what the code says today (npm run contracts)', async () => {
    const stale: string[] = [];
    for (const [file, text] of generated) if ((await committed(file)) !== text) stale.push(file);
    expect(stale).toEqual([]);
  });

  it('have a schema for every version of every event, and for nothing else', async () => {
    const promised = EVENT_CONTRACTS.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, older) => `events/${type}.v${older + 1}.schema.json`),
    );
    expect(await committedSchemas()).toEqual(promised.toSorted());
  });

  it('can be replaced by today’s without breaking a consumer or the log', async () =>
    expect(await brokenPromises()).toEqual([]));
});

describe('a change of a contract', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-contracts-'));
    await mkdir(path.join(folder, 'events'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('that consumers could not bear is found in what was committed', async () => {
    const file = 'events/Executed.v1.schema.json';
    const released = await schemaOf(file);
    (released['properties'] as Record<string, unknown>)['rowsChanged'] = { type: 'integer' };
    await writeFile(path.join(folder, file), JSON.stringify(released));
    expect(await brokenPromises(pathToFileURL(`${folder}/`))).toEqual([
      { file, path: 'rowsChanged', what: 'is gone' },
    ]);
  });
});

describe('every event ever released', () => {
  it.each(fixtures)('%s fits the published schema of its version', async (fixture) => {
    const { data } = JSON.parse(readFileSync(new URL(fixture, FIXTURES), 'utf8')) as { data: unknown };
    const ajv = validator();
    ajv.validate(await schemaOf(`events/${fixture.replace(/\.json$/, '.schema.json')}`), data);
    expect(ajv.errors).toBeNull();
  });

  it.each(fixtures)('%s without its data does not fit', async (fixture) => {
    const ajv = validator();
    expect(ajv.validate(await schemaOf(`events/${fixture.replace(/\.json$/, '.schema.json')}`), {})).toBe(
      false,
    );
  });

  it('may carry properties of a later day', async () => {
    const schema = await schemaOf('events/Expired.v1.schema.json');
    expect(validator().validate(schema, { expiredAt: '2026-03-01T10:00:00.000Z', by: 'later' })).toBe(true);
  });
});

describe('the AsyncAPI document', () => {
  it('is one of AsyncAPI 3.0', async () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const definition = (specs as any).schemas['3.0.0'];
    // AsyncAPI's schema brings its own copy.
    ajv.removeSchema('http://json-schema.org/draft-07/schema');
    ajv.validate(definition, await document());
    expect(ajv.errors ?? []).toEqual([]);
  });

  it('no longer is when an action is unknown', async () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const definition = (specs as any).schemas['3.0.0'];
    ajv.removeSchema('http://json-schema.org/draft-07/schema');
    const broken = await document();
    broken['operations'].draftsHappen.action = 'shout';
    expect(ajv.validate(definition, broken)).toBe(false);
  });

  it('refers to nothing that is not there', async () => {
    const whole = await document();
    const missing: string[] = [];
    for (const reference of referencesIn(whole)) {
      const found = reference.startsWith('#/')
        ? reference
            .slice(2)
            .split('/')
            .reduce<any>((node, part) => node?.[part], whole)
        : await committed(reference);
      if (found === undefined || found === null) missing.push(reference);
    }
    expect(missing).toEqual([]);
  });

  it('has every topic, and every event on the topic where it travels', async () => {
    const { channels } = await document();
    const byAddress = new Map<string, string[]>(
      Object.values<any>(channels).map(({ address, messages }) => [address, Object.keys(messages)]),
    );
    for (const topic of TOPICS) expect(byAddress.get(topic)).toBeDefined();
    const travelling = TOPICS.flatMap((topic) => byAddress.get(topic) ?? []);
    expect(travelling.toSorted()).toEqual(EVENT_CONTRACTS.map(({ type }) => type).toSorted());
    expect(byAddress.get(routeOf('catalogue-x').topic)).toContain('ProductsChanged');
    expect(byAddress.get(routeOf('plan-x').topic)).toContain('PlanRowsFrozen');
  });

  it('describes the headers that are sent, all of them', () => {
    const recorded: RecordedEvent = {
      eventId: '0197a000-0000-7000-8000-000000000001',
      workspaceId: '0197a000-0000-7000-8000-0000000000a1',
      streamId: 'draft-0197a000-0000-7000-8000-0000000000d1',
      revision: 3,
      position: 7n,
      type: 'Expired',
      schemaVersion: 1,
      data: {},
      metadata: {
        userId: '0197a000-0000-7000-8000-0000000000b1',
        commandId: '0197a000-0000-7000-8000-000000000002',
        correlationId: 'c',
        causationId: '0197a000-0000-7000-8000-000000000003',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      },
      recordedAt: '2026-03-01T10:00:00.000Z',
    };
    const { traceparent: _, ...untraced } = recorded.metadata;
    const sent = (event: RecordedEvent) =>
      encodeRecord(event, { key: 'k', partition: 0, previous: 3n }).headers;
    expect(Object.keys(sent(recorded)).toSorted()).toEqual(Object.keys(HEADERS).toSorted());
    for (const metadata of [recorded.metadata, untraced, { ...untraced, userId: null, causationId: null }]) {
      const ajv = validator();
      ajv.validate(headersSchema(), sent({ ...recorded, metadata }));
      expect(ajv.errors).toBeNull();
    }
  });

  it('describes what dead letters carry beside that, and where they are found', async () => {
    expect(Object.keys(DEAD_LETTER_HEADERS).toSorted()).toEqual(Object.values(SENT_WITH_LETTERS).toSorted());
    const { channels } = await document();
    expect(channels.deadLetters.address.replace('{group}', 'g')).toBe(
      deadLetterTopicName({ prefix: '' }, 'g'),
    );
  });
});

function referencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' ? [String(value)] : referencesIn(value),
  );
}
