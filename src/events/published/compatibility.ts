/**
 * Whether a schema may take the place of the one before it under the same version. Both sides count: the log holds
 * what was written under the old one, and somebody's consumer was built on it. What may happen: a new optional
 * property, a further value of an enum or kind in a union (readers are told to tolerate those), a wider bound.
 */
import type { JsonSchema } from './event-schemas.js';

export interface Break {
  /** Where, as a path of properties: `changes[].after`. Empty: the event itself. */
  path: string;
  what: string;
}

/** Every reason why `next` needs a new version; none: it may replace `before`. */
export function breaksBetween(before: JsonSchema, next: JsonSchema): Break[] {
  return new Comparison(before, next).compare(before, next, '');
}

/** Bounds that may only be widened, and the direction that is wider. */
const BOUNDS = {
  minimum: -1,
  exclusiveMinimum: -1,
  minLength: -1,
  minItems: -1,
  minProperties: -1,
  maximum: 1,
  exclusiveMaximum: 1,
  maxLength: 1,
  maxItems: 1,
  maxProperties: 1,
} as const;

/** Keywords that compare as they are: another pattern or format is another set of texts. */
const FIXED = ['pattern', 'format', 'contentEncoding', 'multipleOf', 'uniqueItems'] as const;

class Comparison {
  /** Pairs of references that are being compared: a recursive schema comes round to itself. */
  private readonly underway = new Set<string>();

  constructor(
    private readonly before: JsonSchema,
    private readonly next: JsonSchema,
  ) {}

  compare(before: JsonSchema, next: JsonSchema, path: string): Break[] {
    const pair = `${String(before['$ref'])} ${String(next['$ref'])}`;
    if (before['$ref'] !== undefined || next['$ref'] !== undefined) {
      if (this.underway.has(pair)) return [];
      this.underway.add(pair);
      const found = this.compare(resolved(before, this.before), resolved(next, this.next), path);
      this.underway.delete(pair);
      return found;
    }
    const [old, fresh] = [branchesOf(before), branchesOf(next)];
    if (old.length > 1 || fresh.length > 1) return this.compareUnions(old, fresh, path);
    return this.comparePlain(before, next, path);
  }

  /** Every old branch lives on in a new one; what joins is a further kind, never `null` or another type. */
  private compareUnions(old: JsonSchema[], fresh: JsonSchema[], path: string): Break[] {
    const gone = old.flatMap((branch): Break[] => {
      const tries = fresh.map((candidate) => this.compare(branch, candidate, path));
      const nearest = tries.toSorted((one, other) => one.length - other.length)[0] ?? [];
      if (nearest.length === 0) return [];
      // One branch changed: say what. Several might be meant: say that none fits.
      return old.length === fresh.length || fresh.length === 1
        ? nearest
        : [{ path, what: `${kindOf(branch)} is no longer allowed` }];
    });
    const types = new Set(old.map((branch) => typeOf(resolved(branch, this.before))));
    const joined = fresh.flatMap((branch): Break[] => {
      const type = typeOf(resolved(branch, this.next));
      return types.has(type) ? [] : [{ path, what: `may now be ${type}` }];
    });
    return [...gone, ...joined];
  }

  private comparePlain(before: JsonSchema, next: JsonSchema, path: string): Break[] {
    const [wasType, isType] = [typeOf(before), typeOf(next)];
    if (wasType !== isType) return [{ path, what: `was ${wasType}, is ${isType}` }];
    return [
      ...valuesGone(before, next, path),
      ...boundsNarrowed(before, next, path),
      ...this.compareProperties(before, next, path),
      ...this.compareParts(before, next, path),
    ];
  }

  private compareProperties(before: JsonSchema, next: JsonSchema, path: string): Break[] {
    const [was, is] = [propertiesOf(before), propertiesOf(next)];
    const [wasRequired, isRequired] = [requiredOf(before), requiredOf(next)];
    const places = Object.entries(was).flatMap(([name, old]): Break[] => {
      const place = path === '' ? name : `${path}.${name}`;
      const fresh = is[name];
      if (fresh === undefined) return [{ path: place, what: 'is gone' }];
      const found = this.compare(old, fresh, place);
      if (wasRequired.has(name) && !isRequired.has(name))
        found.push({ path: place, what: 'may now be absent' });
      return found;
    });
    const demanded = [...isRequired]
      .filter((name) => !wasRequired.has(name))
      .map((name) => ({
        path: path === '' ? name : `${path}.${name}`,
        what: name in was ? 'is now required' : 'is new and required',
      }));
    return [...places, ...demanded];
  }

  /** Items of an array, and names and values of a map. */
  private compareParts(before: JsonSchema, next: JsonSchema, path: string): Break[] {
    const parts = [
      ['items', '[]'],
      ['additionalProperties', '{}'],
      ['propertyNames', '{name}'],
    ] as const;
    return parts.flatMap(([keyword, suffix]): Break[] => {
      const [was, is] = [before[keyword], next[keyword]];
      if (was === undefined && is === undefined) return [];
      const place = `${path}${suffix}`;
      if (was === undefined) return [{ path: place, what: 'is now restricted' }];
      if (is === undefined) return [{ path: place, what: 'is no longer described' }];
      if (typeof was === 'boolean' || typeof is === 'boolean')
        return was === is ? [] : [{ path: place, what: `was ${String(was)}, is ${String(is)}` }];
      return this.compare(was as JsonSchema, is as JsonSchema, place);
    });
  }
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  if (reference === '#') return root;
  const name = reference.replace(/^#\/\$defs\//, '');
  const target = (root['$defs'] as Record<string, JsonSchema> | undefined)?.[name];
  if (!target) throw new Error(`nothing is defined at ${reference}`);
  return target;
}

const branchesOf = (schema: JsonSchema): JsonSchema[] =>
  (schema['anyOf'] ?? schema['oneOf'] ?? [schema]) as JsonSchema[];

const propertiesOf = (schema: JsonSchema) => (schema['properties'] ?? {}) as Record<string, JsonSchema>;
const requiredOf = (schema: JsonSchema) => new Set((schema['required'] ?? []) as string[]);

/** `any`: nothing is said, so everything may come. */
const typeOf = (schema: JsonSchema): string =>
  schema['type'] === undefined ? 'any' : [schema['type']].flat().toSorted().join(' or ');

const kindOf = (schema: JsonSchema): string =>
  schema['properties'] ? `an object with ${Object.keys(propertiesOf(schema)).join(', ')}` : typeOf(schema);

/** Null: any value of the type. */
function valuesOf(schema: JsonSchema): unknown[] | null {
  if (Object.hasOwn(schema, 'const')) return [schema['const']];
  return (schema['enum'] as unknown[] | undefined) ?? null;
}

function valuesGone(before: JsonSchema, next: JsonSchema, path: string): Break[] {
  const [was, is] = [valuesOf(before), valuesOf(next)];
  if (is === null) return was === null ? [] : [{ path, what: 'is no longer one of a list' }];
  if (was === null) return [{ path, what: 'is now one of a list' }];
  return was
    .filter((value) => !is.includes(value))
    .map((value) => ({ path, what: `${JSON.stringify(value)} is no longer allowed` }));
}

function boundsNarrowed(before: JsonSchema, next: JsonSchema, path: string): Break[] {
  const narrowed = Object.entries(BOUNDS).flatMap(([keyword, wider]): Break[] => {
    const [was, is] = [before[keyword], next[keyword]] as (number | undefined)[];
    if (is === undefined || (was !== undefined && (is - was) * wider >= 0)) return [];
    return [{ path, what: `${keyword} was ${was ?? 'open'}, is ${is}` }];
  });
  const replaced = FIXED.filter((keyword) => before[keyword] !== next[keyword]).map((keyword) => ({
    path,
    what: `${keyword} was ${String(before[keyword] ?? 'open')}, is ${String(next[keyword] ?? 'open')}`,
  }));
  return [...narrowed, ...replaced];
}
