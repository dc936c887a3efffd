import { describe, expect, it } from 'vitest';
import { REPLY_CHARS_MAX } from './json-in-text.js';
import { MODEL_TEXT_CHARS_MAX, shownText } from './model-text.js';
import { parseReply } from './parse-reply.js';
import { replyJsonSchema } from './reply-schema.js';

const task = {
  kind: 'task',
  action: 'update',
  queries: [
    { any: [{ field: 'color', op: 'not_eq', value: 'Red' }] },
    { any: [{ field: 'brand', op: 'present' }] },
  ],
  data: [{ field: 'price', op: 'increase_by', value: '۱۲٬۵۰۰' }],
};
const problems = (reply: unknown) => {
  const parsed = parseReply(typeof reply === 'string' ? reply : JSON.stringify(reply));
  return parsed.ok ? [] : parsed.problems;
};

describe('a reply', () => {
  it('becomes a task: negated operators turned round, digits of any script made plain', () => {
    expect(parseReply(JSON.stringify(task))).toEqual({
      ok: true,
      said: {
        kind: 'task',
        task: {
          entity: 'product',
          action: 'update',
          queries: [
            { not: { field: 'color', op: 'eq', value: 'Red' } },
            { not: { field: 'brand', op: 'missing' } },
          ],
          data: [{ field: 'price', op: 'increase_by', value: '12500' }],
        },
      },
    });
  });

  it.each([
    ['a fence', (json: string) => `\`\`\`json\n${json}\n\`\`\``],
    ['a fence of another language', (json: string) => `~~~\n${json}\n~~~`],
    ['prose', (json: string) => `Of course!\n\n${json}\n\nI hope this helps.`],
    ['a byte order mark', (json: string) => `\ufeff${json}`],
  ])('is found inside %s', (_, around) => {
    expect(parseReply(around(JSON.stringify(task))).ok).toBe(true);
  });

  it('keeps braces in strings where they are', () => {
    const odd = { ...task, data: [{ field: 'name', op: 'set', value: 'a } b " { ```' }] };
    expect(parseReply(JSON.stringify(odd)).ok).toBe(true);
  });

  it.each([
    ['no JSON', 'raise it', 'the reply holds no JSON object'],
    ['half of it', '{"kind":"task","action', 'the JSON object is not closed'],
    ['broken JSON', '{"kind":}', 'the reply is not valid JSON'],
    [
      'two objects',
      `${JSON.stringify(task)}${JSON.stringify(task)}`,
      'the reply holds more than one JSON object',
    ],
    ['a prototype', '{"kind":"task","__proto__":{}}', 'the key “__proto__” is not allowed'],
    [
      'a constructor, deep down',
      '{"kind":"task","data":[{"constructor":1}]}',
      'the key “constructor” is not allowed',
    ],
    ['depth', `{"a":${'['.repeat(100)}`, 'the JSON nests too deep'],
    [
      'length',
      `{"a":"${'x'.repeat(REPLY_CHARS_MAX)}"}`,
      `the reply is longer than ${REPLY_CHARS_MAX} characters`,
    ],
    ['an unknown kind', { kind: 'order' }, 'kind: Invalid option'],
    ['a field of its own', { ...task, workspace: 'other' }, 'reply: Unrecognized key: "workspace"'],
    [
      'a number for a text',
      { ...task, data: [{ field: 'price', op: 'set', value: 10 }] },
      'data[0].value: Invalid input: expected string',
    ],
    [
      'a word for a number',
      { ...task, data: [{ field: 'price', op: 'increase_by', value: 'ten' }] },
      'data[0].value: expected a plain decimal number, got "ten"',
    ],
    [
      'an unknown operator',
      { ...task, queries: [{ any: [{ field: 'a', op: 'like', value: 'b' }] }] },
      'queries[0].any[0].op: Invalid option',
    ],
    [
      'nothing to choose from',
      { ...task, queries: [{ any: [] }] },
      'queries[0].any: expected at least one condition',
    ],
    ['a task without an action', { kind: 'task', data: task.data }, 'action: a task needs one of'],
    ['an update of nothing', { ...task, data: [] }, 'reply: update needs data'],
    ['a limit without an order', { ...task, limit: 3 }, 'order_field: a limit needs an order'],
    ['half a limit', { ...task, order_field: 'price', limit: 1.5 }, 'limit: expected a whole number'],
    ['an empty question', { kind: 'question', message: ' ' }, 'message: a question needs its text'],
  ])('with %s is told where it is wrong', (_, reply, problem) => {
    expect(problems(reply)[0]).toContain(problem);
  });

  it('of a hundred kilobytes is judged in a moment, whatever is in it', () => {
    for (const piece of ['{', '}', '"', '\\', '```', '{"a":', '[{']) {
      const text = piece.repeat(Math.ceil(100_000 / piece.length));
      const startedAt = performance.now();
      expect(parseReply(text).ok).toBe(false);
      expect(performance.now() - startedAt).toBeLessThan(50);
    }
  });
});

describe('the schema servers are sent', () => {
  it('needs nothing that only some of them know', () => {
    const text = JSON.stringify(replyJsonSchema());
    expect(text).not.toMatch(/\$ref|anyOf|oneOf|allOf|"null"|"default"|maxLength|maxItems|pattern/);
  });

  it('requires every property and allows no other, on every level', () => {
    type ObjectSchema = { properties: object; required?: string[]; additionalProperties?: unknown };
    const objects: ObjectSchema[] = [];
    JSON.stringify(replyJsonSchema(), (_, value: unknown) => {
      if (value && typeof value === 'object' && 'properties' in value) objects.push(value as ObjectSchema);
      return value;
    });
    expect(objects).toHaveLength(4);
    for (const { properties, required, additionalProperties } of objects) {
      expect(required?.toSorted()).toEqual(Object.keys(properties).toSorted());
      expect(additionalProperties).toBe(false);
    }
  });
});

describe('a text of a model', () => {
  it('is one line of bounded length, without what cannot be seen', () => {
    expect(shownText('Which\u202e \u0000one?\nRed\u200b or blue?')).toBe('Which one? Red or blue?');
    expect(shownText('x'.repeat(10_000))).toHaveLength(MODEL_TEXT_CHARS_MAX);
    expect(shownText('کدام تی\u200cشرت؟')).toBe('کدام تی\u200cشرت؟');
  });

  it('is not shown when it leads elsewhere or says nothing', () => {
    for (const text of ['see http://a.b', 'www.evil.com', 'mail a@b.co', '', '\u200b'])
      expect(shownText(text)).toBeNull();
  });
});
