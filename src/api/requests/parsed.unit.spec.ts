import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '../problems/problem.js';
import { parsed } from './parsed.js';

const anything = parsed(z.looseObject({}));
const errorsOf = (value: unknown): unknown => {
  try {
    anything.transform(value, { type: 'body' });
    return null;
  } catch (error) {
    return error instanceof Problem ? error.extensions['errors'] : error;
  }
};

describe('a text that no database holds', () => {
  it.each([
    [{ a: 'x\u0000y' }, 'body.a'],
    [{ a: [{ b: 'fine' }, { b: ['\udc00'] }] }, 'body.a.1.b.0'],
  ])('is refused wherever it stands, whatever the schema takes: %j', (value, path) => {
    expect(errorsOf(value)).toEqual([{ path, message: 'a character that is none' }]);
  });

  it('is not one of these', () => {
    expect(errorsOf({ a: ['😀', '\u0001', '', 0, null, true, { b: {} }] })).toBeNull();
  });
});
