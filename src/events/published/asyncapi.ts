/** The AsyncAPI 3.0 document: which topics there are, what travels on them, under which keys and headers. Pure. */
import { CATALOGUE_EVENTS } from '../catalogue.events.js';
import type { EventContract } from '../contract.js';
import { DRAFT_EVENTS, PLAN_EVENTS } from '../draft.events.js';
import { IMPORT_EVENTS } from '../import.events.js';
import { STREAM_KINDS, routeOf, TOPICS, type StreamKind, type Topic } from '../streams.js';
import { WORKSPACE_EVENTS } from '../workspace.events.js';
import { schemaFileOf, type JsonSchema } from './event-schemas.js';
import { headersSchema } from './headers.js';

/** As an AsyncAPI document names JSON Schema of 2020-12. */
const SCHEMA_FORMAT = 'application/schema+json;version=draft-2020-12';

const EVENTS_BY_KIND: Record<StreamKind, readonly EventContract[]> = {
  draft: DRAFT_EVENTS,
  plan: PLAN_EVENTS,
  catalogue: CATALOGUE_EVENTS,
  workspace: WORKSPACE_EVENTS,
  import: IMPORT_EVENTS,
};

const KEY_BY_KIND: Record<StreamKind, string> = {
  draft: 'the draft’s id',
  plan: 'the plan’s id (a preview’s further rows)',
  catalogue: 'the workspace’s id',
  workspace: 'the workspace’s id',
  import: 'the import’s id',
};

const SUMMARY_BY_TOPIC: Record<Topic, string> = {
  'drafthorse.drafts': 'The life of every draft, from its prompt to its end',
  'drafthorse.plans': 'Rows of large previews, beyond those that PreviewBuilt itself carries',
  'drafthorse.catalogue': 'Every change of every product, and the imports that made some of them',
  'drafthorse.workspaces':
    'Workspaces, their members and custom fields, and what their owners did to keep events flowing',
};

const kindsOf = (topic: Topic) => STREAM_KINDS.filter((kind) => routeOf(`${kind}-id`).topic === topic);
const eventsOf = (topic: Topic) => kindsOf(topic).flatMap((kind) => [...EVENTS_BY_KIND[kind]]);
const channelOf = (topic: Topic) => topic.replace(/^drafthorse\./, '');
const reference = (path: string): JsonSchema => ({ $ref: `#/${path}` });

export function asyncApiDocument(): JsonSchema {
  return {
    asyncapi: '3.0.0',
    id: 'urn:drafthorse',
    info: {
      title: 'Drafthorse events',
      version: '1',
      description: [
        'Every fact of the product, for anyone to consume. Delivered at least once and in order per key:',
        'recognise repetitions by `ce_subject` and `drafthorse-revision`. The version of an event’s schema is in',
        '`drafthorse-schema-version`. Within a version only this may happen: new optional properties, further',
        'values of enums and further kinds in unions, wider bounds. Ignore what you do not know.',
        'An installation may put a prefix of its own before every topic.',
      ].join('\n'),
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(TOPICS.map((topic) => [channelOf(topic), topicChannel(topic)])),
      deadLetters: deadLetterChannel(),
    },
    operations: {
      ...Object.fromEntries(TOPICS.map((topic) => [`${channelOf(topic)}Happen`, sends(channelOf(topic))])),
      deadLettersAreSetAside: sends('deadLetters'),
    },
    components: {
      messages: Object.fromEntries(
        TOPICS.flatMap(eventsOf).map((contract) => [contract.type, message(contract)]),
      ),
      messageTraits: { event: eventTrait() },
      schemas: { EventHeaders: headersSchema(), DeadLetterHeaders: deadLetterHeaders() },
    },
  };
}

function topicChannel(topic: Topic): JsonSchema {
  const keys = kindsOf(topic).map((kind) => `\`${kind}-…\`: ${KEY_BY_KIND[kind]}`);
  return {
    address: topic,
    title: topic,
    summary: SUMMARY_BY_TOPIC[topic],
    description: `Keys by stream: ${keys.join('; ')}.`,
    messages: Object.fromEntries(
      eventsOf(topic).map(({ type }) => [type, reference(`components/messages/${type}`)]),
    ),
    bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
  };
}

function deadLetterChannel(): JsonSchema {
  return {
    address: '{group}.dlq',
    title: 'Dead letters of one consumer group',
    summary:
      'Events that a consumer group of ours could not handle, with their original key, bytes and headers',
    description:
      'For looking and alerting. Inspecting and re-driving go through the API, which keeps the letters until they are handled.',
    parameters: {
      group: { description: 'The consumer group', examples: ['projection.drafts', 'saga.apply-changes'] },
    },
    messages: {
      DeadLetter: {
        name: 'DeadLetter',
        title: 'An event set aside',
        contentType: 'application/json',
        headers: reference('components/schemas/DeadLetterHeaders'),
        payload: {
          schemaFormat: SCHEMA_FORMAT,
          schema: { description: 'The bytes as they came: the value of the original event' },
        },
      },
    },
  };
}

function deadLetterHeaders(): JsonSchema {
  return {
    allOf: [reference('components/schemas/EventHeaders')],
    type: 'object',
    properties: DEAD_LETTER_HEADERS,
    required: Object.keys(DEAD_LETTER_HEADERS),
  };
}

/** Beside the headers that the event came with. */
export const DEAD_LETTER_HEADERS: Record<string, JsonSchema> = {
  'drafthorse-reason': {
    enum: ['failed', 'waiting'],
    description: '`waiting`: not the cause, but behind one in the same key',
  },
  'drafthorse-error-class': { type: 'string' },
  'drafthorse-error-message': { type: 'string', maxLength: 2_000 },
  'drafthorse-attempts': { type: 'string', pattern: '^\\d{1,9}$' },
  'drafthorse-original-topic': { type: 'string', description: 'Where it came from' },
  'drafthorse-original-partition': { type: 'string', pattern: '^\\d{1,9}$' },
  'drafthorse-original-offset': { type: 'string', pattern: '^\\d{1,19}$' },
};

function sends(channel: string): JsonSchema {
  return { action: 'send', channel: reference(`channels/${channel}`) };
}

function message({ type, version }: EventContract): JsonSchema {
  return {
    name: type,
    title: `${type}, version ${version}`,
    traits: [reference('components/messageTraits/event')],
    payload: { schemaFormat: SCHEMA_FORMAT, schema: { $ref: `./${schemaFileOf({ type, version })}` } },
  };
}

function eventTrait(): JsonSchema {
  return {
    contentType: 'application/json',
    headers: reference('components/schemas/EventHeaders'),
    bindings: {
      kafka: {
        key: {
          type: 'string',
          description: 'Id of the event’s stream: all events of a stream share a partition',
        },
        bindingVersion: '0.5.0',
      },
    },
  };
}
