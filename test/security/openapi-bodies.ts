/** The bodies that the served OpenAPI document says its operations take. */

export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
}

export interface Operation {
  method: string;
  /** With `{id}` in it. */
  path: string;
  /** Null: it takes none. */
  body: Schema | null;
}

export interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
}

const CHANGING = ['post', 'put', 'patch', 'delete'];

/** Everything that changes something, but uploads: what they take is not JSON. */
export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody }]): Operation[] => {
      if (!CHANGING.includes(method)) return [];
      const content = requestBody?.content ?? {};
      if (requestBody && Object.keys(content).join() !== 'application/json') return [];
      return [{ method: method.toUpperCase(), path, body: content['application/json']?.schema ?? null }];
    }),
  );
}

/** An object within a body. */
export interface Place {
  /** Keys and indexes from the body to it. */
  path: string[];
  known: ReadonlySet<string>;
}

/** Every object in a body whose keys are all named, the body itself first. */
export function bodyPlaces(schema: Schema | null, path: string[] = []): Place[] {
  if (schema === null) return [{ path, known: new Set() }];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) {
    const objects = alternatives.filter((alternative) => alternative.properties ?? alternative.items);
    return objects.length === 1 ? bodyPlaces(objects[0]!, path) : [];
  }
  if (schema.items) return bodyPlaces(schema.items, [...path, '0']);
  const { properties, additionalProperties } = schema;
  if (!properties) return [];
  const own = additionalProperties === false ? [{ path, known: new Set(Object.keys(properties)) }] : [];
  return [
    ...own,
    ...Object.entries(properties).flatMap(([key, property]) => bodyPlaces(property, [...path, key])),
  ];
}

/** A body that holds nothing but these keys, at that place. */
export function withKeysAt({ path }: Place, keys: Record<string, unknown>): unknown {
  return path.reduceRight<unknown>((inner, step) => (step === '0' ? [inner] : { [step]: inner }), keys);
}
