import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JSON_DEPTH_MAX, JsonFaultError, parseStrictJson, type JsonFault } from './strict-json.js';

function faultOf(text: string): JsonFault | null {
  try {
    parseStrictJson(text);
    return null;
  } catch (error) {
    if (error instanceof JsonFaultError) return error.fault;
    throw error;
  }
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('JSON from outside', () => {
  it('is what JSON.parse makes of it, when it is any JSON that a program would write', () => {
    const value = fc.jsonValue({ maxDepth: 6 });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (written, indent) => {
        const text = JSON.stringify(written, null, indent);
        fc.pre(!/__proto__|"constructor"/.test(text));
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['{', '{"a":1}}', "{'a':1}", '{"a":1,}', 'NaN', '"a', '', '[1,2', '{"a":"b"', '\u0000', '"\\x"'])(
    'is not %j',
    (text) => expect(faultOf(text)).toBe('NOT_JSON'),
  );

  it('is refused one level too deep, and by 100,000 levels at once', () => {
    expect(faultOf(nested(JSON_DEPTH_MAX))).toBeNull();
    expect(faultOf(nested(JSON_DEPTH_MAX + 1))).toBe('TOO_DEEP');
    expect(faultOf('['.repeat(100_000))).toBe('TOO_DEEP');
    expect(faultOf('{"a":'.repeat(100_000))).toBe('TOO_DEEP');
    // Brackets inside a string are text.
    expect(parseStrictJson(JSON.stringify({ a: '[{'.repeat(1_000) }))).toEqual({ a: '[{'.repeat(1_000) });
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":[{"c":{}},"a"],"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a\\"":1,"a\\u0022":2}',
    '[{"x":{"é":1,"\\u00e9":2}}]',
    '{"a" :1,\n"a"\t:2}',
  ])('is refused with one key twice: %s', (text) => expect(faultOf(text)).toBe('DUPLICATE_KEY'));

  it.each([
    '[{"a":1},{"a":2}]',
    '{"a":{"a":{"a":"a"}}}',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"]}',
    '{"a":1,"A":2}',
  ])('takes the same key in different objects: %s', (text) => expect(faultOf(text)).toBeNull());

  it.each([
    '{"__proto__":{}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":{}}',
    '{"constructor":{"prototype":{}}}',
    '{"a":{"constructor":{"\\u0070rototype":1}}}',
  ])('is refused with a key that reaches into objects: %s', (text) =>
    expect(faultOf(text)).toBe('POISONED_KEY'),
  );

  it.each(['1e400', '[-1.5E+999]', '{"a":1e-400}', '{"a":-0.1e-999999999}'])(
    'is refused with a number that would become nothing or infinity: %s',
    (text) => expect(faultOf(text)).toBe('NUMBER_LOST'),
  );

  it.each(['0e-400', '0.0e5', '1e300', '-2.5E-300', 'true', 'false', '"1e400"', '[1e1,2]'])(
    'may hold %s',
    (text) => expect(faultOf(text)).toBeNull(),
  );

  it('may speak of such words', () => {
    expect(parseStrictJson('{"a":"__proto__","constructor":"x","prototype":1}')).toEqual({
      a: '__proto__',
      constructor: 'x',
      prototype: 1,
    });
  });
});
