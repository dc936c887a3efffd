/** Input from outside, read by zod at the controller's parameter: `@Body(parsed(CreateDraftInput))`. */
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { Problem, type InputError } from '../problems/problem.js';
import type { ProblemCode } from '../problems/problem-codes.js';

/** Errors one answer lists; a body can hold thousands. */
export const INPUT_ERRORS_MAX = 20;

/** Throws INVALID_REQUEST naming each place that is wrong. */
export const parsed = <T>(schema: z.ZodType<T>): PipeTransform<unknown, T> => ({
  transform(value, { type }: ArgumentMetadata) {
    if (type === 'body' && value === undefined)
      throw new Problem('EMPTY_BODY', { detail: 'A JSON body is needed.' });
    const result = schema.safeParse(value ?? {});
    if (!result.success) throw invalidInput(type, result.error);
    const path = unstorableIn(value, type);
    if (path === null) return result.data;
    const message = 'a character that is none';
    throw new Problem('INVALID_REQUEST', {
      detail: `${path}: ${message}`,
      extensions: { errors: [{ path, message }] },
    });
  },
});

/**
 * Where the first text stands that no database holds: one with U+0000, or half a surrogate pair. Asked of everything that
 * is read, since a schema that forgets it is a fault of the server's later on. The nesting of bodies is bounded.
 */
function unstorableIn(value: unknown, path: string): string | null {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = unstorableIn(inner, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

const Nothing = z.strictObject({});

/** For actions whose address says it all: no body, or an empty object. */
export const noBody: PipeTransform<unknown, void> = {
  transform(value) {
    const result = Nothing.safeParse(value ?? {});
    if (!result.success) throw invalidInput('body', result.error);
  },
};

export function invalidInput(where: string, error: z.ZodError): Problem {
  const errors = error.issues.flatMap((issue) => errorsOf(where, issue)).slice(0, INPUT_ERRORS_MAX);
  const [first] = errors;
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return new Problem('INVALID_REQUEST', {
    detail: first ? `${first.path}: ${first.message}${more}` : 'The input is not valid.',
    extensions: { errors },
  });
}

/** An unknown key is reported at its own place, not at the object's. */
function errorsOf(where: string, issue: z.core.$ZodIssue): InputError[] {
  const path = (...more: PropertyKey[]) => [where, ...issue.path, ...more].map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: path(key), message: 'unknown key' }));
  return [{ path: path(), message: issue.message }];
}

const Id = z.uuid();

/** An id in the address. What is no UUID names nothing, so it is "not found" rather than "invalid". */
export const idOr = (code: ProblemCode): PipeTransform<unknown, string> => ({
  transform(value) {
    const id = Id.safeParse(value);
    if (id.success) return id.data.toLowerCase();
    throw new Problem(code, { detail: 'Nothing has this id.' });
  },
});
