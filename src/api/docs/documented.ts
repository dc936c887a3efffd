/**
 * What the OpenAPI document says of a route, from the very zod schemas that read its input. Answers' schemas are
 * held to the queries' types by the compiler.
 */
import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { API_SCHEMAS, type ApiSchemaName } from './api-schemas.js';
import { problemResponse } from './declared-routes.js';

type OpenApiSchema = Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema'];

interface RouteDescription {
  tag: 'Identity' | 'Drafts' | 'Products' | 'Imports' | 'History' | 'Workspace' | 'Operations';
  summary: string;
  description?: string;
  params?: string[];
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Other content than JSON, by type. */
  bodyTypes?: string[];
  headers?: { name: string; description: string; required?: boolean }[];
  status?: number;
  answer?: ApiSchemaName | z.ZodType;
  answerTypes?: string[];
  /** Statuses without a body beside the usual one. */
  alsoAnswers?: number[];
  /** Statuses of refusals beside the ones that what runs before a route can answer. */
  refusals?: number[];
}

export function Documented(route: RouteDescription): MethodDecorator {
  const { tag, summary, description } = route;
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ summary, ...(description ? { description } : {}) }),
    ...(route.params ?? []).map((name) => ApiParam({ name, schema: { type: 'string' } })),
    ...(route.query ? queryParameters(route.query) : []),
    ...(route.headers ?? []).map((header) => ApiHeader({ ...header, schema: { type: 'string' } })),
    ...(route.body ? [ApiBody({ schema: inputSchema(route.body) })] : []),
    ...(route.bodyTypes ? [streamedBody(route.bodyTypes)] : []),
    answerOf(route),
    ...(route.alsoAnswers ?? []).map((also) => ApiResponse({ status: also, description: summary })),
    ...refusalsOf(route),
  );
}

/** JSON Schema as OpenAPI 3.1 embeds it. Input: what may be sent, before defaults and transforms. */
const inputSchema = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as OpenApiSchema;
};

function queryParameters(query: z.ZodObject): MethodDecorator[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { description } = property as { description?: string };
    return ApiQuery({
      name,
      required: required.includes(name),
      schema: property as OpenApiSchema,
      ...(description ? { description } : {}),
    });
  });
}

const streamedBody = (types: string[]) =>
  applyDecorators(
    ApiConsumes(...types),
    ApiBody({ required: true, schema: types.includes(FORM) ? RECORDING_FORM : { type: 'string' } }),
  );

const FORM = 'multipart/form-data';
const RECORDING_FORM: OpenApiSchema = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', format: 'binary' } },
};

function answerOf({ status = 200, answer, answerTypes, summary }: RouteDescription): MethodDecorator {
  const description = summary;
  if (answerTypes)
    return ApiResponse({
      status,
      description,
      content: Object.fromEntries(answerTypes.map((type) => [type, { schema: { type: 'string' } }])),
    });
  if (answer === undefined) return ApiResponse({ status, description });
  const schema = typeof answer === 'string' ? reference(answer) : pageOrInline(answer);
  return ApiResponse({ status, description, content: { 'application/json': { schema } } } as never);
}

/** A page refers to its item by name, so that recursive schemas stay whole. */
function pageOrInline(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const name = NAME_BY_SCHEMA.get(zodSchema as unknown as z.ZodType);
      if (!name) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, reference(name));
    },
  });
  delete (rest as Record<string, unknown>)['$defs'];
  return rest;
}

const NAME_BY_SCHEMA = new Map<z.ZodType, ApiSchemaName>(
  Object.entries(API_SCHEMAS).map(([name, schema]) => [schema, name as ApiSchemaName]),
);

const reference = (name: ApiSchemaName) => ({ $ref: `#/components/schemas/${name}` });

function refusalsOf({ refusals = [] }: RouteDescription): MethodDecorator[] {
  return refusals.map((status) => ApiResponse({ status, ...problemResponse() } as never));
}

/** Every named schema, with references between them instead of copies. */
export function schemaComponents(): Record<string, OpenApiSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(API_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'output',
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [
      name,
      schema as OpenApiSchema,
    ]),
  );
}
