/**
 * What the OpenAPI document says of every route because of what runs before it: who is asked, what a body must be, which
 * headers count. Read off the routes themselves, so that no route can be described without it.
 */
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { IDEMPOTENCY_KEY_CHARS_MAX, IDEMPOTENCY_KEY_HEADER } from '../idempotency/idempotency-key.js';
import { isRepeatable, MUTATIONS } from '../idempotency/repeated-requests.js';
import { POSITION_HEADER } from '../requests/position.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

export class DeclaredRoutes {
  private readonly configs = new Map<string, FastifyContextConfig>();

  /** Must be called before the first route is added. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ url, method, config }) => {
      for (const one of [method].flat()) this.configs.set(keyOf(one, url), config ?? {});
    });
  }

  /** Adds to each operation what the hooks may answer and what they read. */
  complete(paths: OpenAPIObject['paths']): void {
    for (const [path, item] of Object.entries(paths))
      for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
        const name = method.toUpperCase();
        const config = this.configs.get(keyOf(name, path.replaceAll(/\{(\w+)\}/g, ':$1')));
        if (!config) throw new Error(`the document names ${name} ${path}, and the server has no such route`);
        describe(operation, name, config);
      }
  }
}

const keyOf = (method: string, url: string) => `${method} ${url}`;

function describe(operation: Operation, method: string, config: FastifyContextConfig): void {
  if (config.public) operation.security = [];
  const repeatable = isRepeatable(method, config);
  for (const status of refusalsOf(method, config, repeatable))
    operation.responses[status] ??= problemResponse();
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...(repeatable ? [IDEMPOTENCY_KEY] : []),
    ...(config.readsFrom ? [POSITION] : []),
  ];
}

function refusalsOf(method: string, config: FastifyContextConfig, repeatable: boolean): number[] {
  const takesBody = MUTATIONS.has(method);
  return [
    400,
    ...(config.public ? [] : [401, 403]),
    ...(takesBody ? [408, 413, 415] : []),
    ...(repeatable ? [409, 422] : []),
    429,
    500,
    503,
  ];
}

/** As every refusal is described. */
export const problemResponse = () => ({
  description: 'A problem document (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const IDEMPOTENCY_KEY = {
  name: IDEMPOTENCY_KEY_HEADER,
  in: 'header' as const,
  required: false,
  description: 'The same key with the same request gives the stored answer',
  schema: {
    type: 'string' as const,
    minLength: 1,
    maxLength: IDEMPOTENCY_KEY_CHARS_MAX,
    pattern: '^[\\x20-\\x7e]+$',
  },
};

const POSITION = {
  name: POSITION_HEADER,
  in: 'header' as const,
  required: false,
  description: 'Position to have been reached, as a command answered it; the answer waits for it',
  schema: { type: 'string' as const, pattern: '^[0-9]{1,19}$' },
};
