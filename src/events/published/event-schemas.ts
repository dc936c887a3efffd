/**
 * Events as the world may rely on them: one JSON Schema (2020-12) per type and version, made from the zod schema
 * that writes and reads them. Pure; `npm run contracts` writes the files.
 */
import { z } from 'zod';
import { PERSONAL_DESCRIPTION, PERSONAL_TEXTS } from '../personal-text.js';
import { EVENT_CONTRACTS } from '../registry.js';

export type JsonSchema = { [keyword: string]: unknown };

export interface PublishedEvent {
  type: string;
  version: number;
  schema: JsonSchema;
}

export const schemaFileOf = ({ type, version }: Pick<PublishedEvent, 'type' | 'version'>) =>
  `events/${type}.v${version}.schema.json`;

/** The current version of every event type. Older versions are files that stay as they were released. */
export function publishedEvents(): PublishedEvent[] {
  return EVENT_CONTRACTS.map(({ type, version, schema }) => ({
    type,
    version,
    schema: published(type, version, schema),
  })).sort((one, other) => (one.type < other.type ? -1 : 1));
}

function published(type: string, version: number, schema: z.ZodType): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'output',
    override: ({ zodSchema, jsonSchema }) => describePersonal(zodSchema, jsonSchema),
  });
  return {
    $schema,
    $id: `urn:drafthorse:event:${type}:v${version}`,
    title: type,
    ...(open(rest) as JsonSchema),
  };
}

function describePersonal(schema: z.core.$ZodType, published: z.core.JSONSchema.BaseSchema): void {
  const isNullable = schema instanceof z.ZodNullable;
  if (!PERSONAL_TEXTS.has(isNullable ? schema.unwrap() : schema)) return;
  // The types in one list, as without a description: beside one, they would be published as a union.
  if (isNullable) {
    delete published.anyOf;
    Object.assign(published, { type: ['string', 'null'] });
  }
  published.description = PERSONAL_DESCRIPTION;
}

/**
 * We refuse unknown properties in what we write. A reader must not: a property may be added without a new version.
 * `default` speaks of input that leaves something out, which recorded data never does.
 */
function open(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(open);
  if (typeof node !== 'object' || node === null) return node;
  const schema = node as JsonSchema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => {
      if (keyword === 'additionalProperties' && value === false) return [];
      if (keyword === 'default') return [];
      if (keyword === 'properties' || keyword === '$defs') return [[keyword, mapValues(value as JsonSchema)]];
      if (keyword === 'enum' || keyword === 'const' || keyword === 'required') return [[keyword, value]];
      return [[keyword, open(value)]];
    }),
  );
}

/** Keys of these objects are names, not keywords. */
const mapValues = (named: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, open(value)]));
