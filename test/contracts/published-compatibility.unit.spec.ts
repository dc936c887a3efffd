/** The judge of contract changes, on changes planted for it. */
import { describe, expect, it } from 'vitest';
import { breaksBetween } from '../../src/events/published/compatibility.js';
import { publishedEvents, type JsonSchema } from '../../src/events/published/event-schemas.js';

const UUID = { type: 'string', format: 'uuid' };
const RELEASED: JsonSchema = {
  type: 'object',
  properties: {
    id: UUID,
    price: { type: 'string', pattern: '^\\d+$' },
    status: { type: 'string', enum: ['open', 'closed'] },
    count: { type: 'integer', minimum: 0, maximum: 10 },
    note: { type: 'string', maxLength: 20 },
    by: { anyOf: [UUID, { type: 'null' }] },
    origin: {
      anyOf: [
        {
          type: 'object',
          properties: { kind: { const: 'draft', type: 'string' }, draftId: UUID },
          required: ['kind', 'draftId'],
        },
        { type: 'object', properties: { kind: { const: 'manual', type: 'string' } }, required: ['kind'] },
      ],
    },
    rows: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
    },
    values: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'string' } },
    tree: { $ref: '#/$defs/node' },
  },
  required: ['id', 'price', 'status', 'count', 'by', 'origin', 'rows', 'values', 'tree'],
  $defs: {
    node: {
      anyOf: [
        { type: 'object', properties: { leaf: { type: 'string' } }, required: ['leaf'] },
        { type: 'object', properties: { not: { $ref: '#/$defs/node' } }, required: ['not'] },
      ],
    },
  },
};

/** The released schema after a change made to a copy of it. */
function changed(change: (schema: any) => void): JsonSchema {
  const copy: unknown = JSON.parse(JSON.stringify(RELEASED));
  change(copy);
  return copy as JsonSchema;
}
const breaks = (change: (schema: any) => void) =>
  breaksBetween(RELEASED, changed(change)).map(({ path, what }) => `${path} ${what}`);

describe('a change under the same version', () => {
  it.each<[string, (schema: any) => void, RegExp]>([
    ['a property that is gone', (s) => delete s.properties.note, /^note is gone$/],
    [
      'a renamed property',
      (s) => {
        s.properties.remark = s.properties.note;
        delete s.properties.note;
      },
      /^note is gone$/,
    ],
    ['another type', (s) => (s.properties.count = { type: 'string' }), /^count was integer, is string$/],
    ['a wider type', (s) => (s.properties.count.type = 'number'), /^count was integer, is number$/],
    [
      'a value that an enum lost',
      (s) => (s.properties.status.enum = ['open']),
      /"closed" is no longer allowed/,
    ],
    ['a text that becomes an enum', (s) => (s.properties.note.enum = ['a']), /^note is now one of a list$/],
    [
      'an enum that becomes any text',
      (s) => delete s.properties.status.enum,
      /^status is no longer one of a list$/,
    ],
    [
      'a new property that is required',
      (s) => {
        s.properties.currency = { type: 'string' };
        s.required.push('currency');
      },
      /^currency is new and required$/,
    ],
    ['an old property that becomes required', (s) => s.required.push('note'), /^note is now required$/],
    ['a required property that may be absent', (s) => s.required.shift(), /^id may now be absent$/],
    [
      'null where there was always a value',
      (s) => (s.properties.id = { anyOf: [UUID, { type: 'null' }] }),
      /^id may now be null$/,
    ],
    ['a value where there could be null', (s) => (s.properties.by = UUID), /^by /],
    ['a narrower bound', (s) => (s.properties.note.maxLength = 19), /^note maxLength was 20, is 19$/],
    [
      'a bound where there was none',
      (s) => (s.properties.price.minLength = 1),
      /^price minLength was open, is 1$/,
    ],
    ['a higher minimum', (s) => (s.properties.count.minimum = 1), /^count minimum was 0, is 1$/],
    ['another pattern', (s) => (s.properties.price.pattern = '^\\d*$'), /^price pattern was/],
    ['a format that is dropped', (s) => delete s.properties.id.format, /^id format was uuid, is open$/],
    [
      'something inside an array',
      (s) => delete s.properties.rows.items.properties.sku,
      /^rows\[\]\.sku is gone$/m,
    ],
    [
      'values of a map',
      (s) => (s.properties.values.additionalProperties.type = 'number'),
      /^values\{\} was string/,
    ],
    ['names of a map', (s) => (s.properties.values.propertyNames.maxLength = 3), /^values\{name\} maxLength/],
    ['a kind that a union lost', (s) => s.properties.origin.anyOf.pop(), /^origin/],
    [
      'a property of one kind',
      (s) => delete s.properties.origin.anyOf[0].properties.draftId,
      /draftId is gone/,
    ],
    [
      'something inside a recursion',
      (s) => delete s.$defs.node.anyOf[1].properties.not,
      /^tree\.not is gone$/m,
    ],
  ])('may not bring %s', (_what, change, expected) => {
    const found = breaks(change);
    expect(found.join('\n')).toMatch(expected);
  });

  it.each<[string, (schema: any) => void]>([
    ['a new optional property', (s) => (s.properties.currency = { type: 'string' })],
    ['a further value of an enum', (s) => s.properties.status.enum.push('archived')],
    ['a wider bound', (s) => (s.properties.note.maxLength = 21)],
    ['a bound that is dropped', (s) => delete s.properties.count.maximum],
    [
      'a further kind in a union',
      (s) =>
        s.properties.origin.anyOf.push({
          type: 'object',
          properties: { kind: { const: 'import', type: 'string' } },
          required: ['kind'],
        }),
    ],
    ['a description', (s) => (s.properties.note.description = 'what people said')],
    [
      'another order of properties',
      (s) => (s.properties = Object.fromEntries(Object.entries(s.properties).reverse())),
    ],
    [
      'another name of a definition',
      (s) => {
        s.$defs.tree = JSON.parse(JSON.stringify(s.$defs.node).replaceAll('#/$defs/node', '#/$defs/tree'));
        s.properties.tree.$ref = '#/$defs/tree';
        delete s.$defs.node;
      },
    ],
  ])('may bring %s', (_what, change) => expect(breaks(change)).toEqual([]));
});

it('takes every published schema for itself', () => {
  for (const { type, schema } of publishedEvents())
    expect([type, breaksBetween(schema, schema)]).toEqual([type, []]);
});
