/** Finds the personal texts of an event by the marks in its schema. Pure. */
import { z } from 'zod';
import { PERSONAL_TEXTS, type PersonalMark } from './personal-text.js';
import { contractOf } from './registry.js';

export interface PersonalField extends PersonalMark {
  /** From the event's data; `*` is every item of an array. */
  path: readonly string[];
}

/** A place in an event's data that holds one value and no structure. */
export interface Leaf {
  path: readonly string[];
  schema: z.core.$ZodType;
}

/** Every leaf of a schema, each recursive part once. */
export function leavesOf(schema: z.core.$ZodType): Leaf[] {
  const seen = new Set<z.core.$ZodType>();
  const walk = (node: z.core.$ZodType, path: readonly string[]): Leaf[] => {
    if (node instanceof z.ZodLazy) {
      if (seen.has(node)) return [];
      seen.add(node);
      return walk(node.unwrap(), path);
    }
    if (node instanceof z.ZodOptional || node instanceof z.ZodNullable || node instanceof z.ZodDefault)
      return walk(node.unwrap(), path);
    if (node instanceof z.ZodArray) return walk(node.element, [...path, '*']);
    if (node instanceof z.ZodRecord) return walk(node.valueType, [...path, '*']);
    if (node instanceof z.ZodUnion)
      return (node.options as z.core.$ZodType[]).flatMap((option) => walk(option, path));
    if (node instanceof z.ZodObject)
      return Object.entries(node.shape as z.core.$ZodShape).flatMap(([key, value]) =>
        walk(value, [...path, key]),
      );
    return [{ path, schema: node }];
  };
  return walk(schema, []);
}

const FIELDS = new Map<string, readonly PersonalField[]>();

/** Of the current version of an event type. Throws on a type this product never writes. */
export function personalFieldsOf(type: string): readonly PersonalField[] {
  const known = FIELDS.get(type);
  if (known) return known;
  const fields = leavesOf(contractOf(type).schema).flatMap(({ path, schema }) => {
    const mark = PERSONAL_TEXTS.get(schema);
    return mark ? [{ path, ...mark }] : [];
  });
  FIELDS.set(type, fields);
  return fields;
}

/**
 * The data with every personal text replaced by what `change` makes of it; the very same data where there is none. What an
 * older event does not have is passed over.
 */
export function withPersonalTexts(
  type: string,
  data: unknown,
  change: (text: string, field: PersonalField) => string,
): unknown {
  return personalFieldsOf(type).reduce(
    (changed, field) => withTextsAt(changed, field.path, (text) => change(text, field)),
    data,
  );
}

/** The data with every text at `path` replaced; `*` is every item of an array. What is not there is passed over. */
export function withTextsAt(
  node: unknown,
  path: readonly string[],
  change: (text: string) => string,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return typeof node === 'string' ? change(node) : node;
  if (key === '*') return Array.isArray(node) ? node.map((item) => withTextsAt(item, rest, change)) : node;
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return node;
  return { ...node, [key]: withTextsAt((node as Record<string, unknown>)[key], rest, change) };
}
