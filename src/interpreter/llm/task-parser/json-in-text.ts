/**
 * The one JSON object in a model's answer, with code fences or sentences around it. Linear, bounded in size and
 * depth, and deaf to keys that reach into prototypes.
 */
export const REPLY_CHARS_MAX = 32_000;
export const JSON_DEPTH_MAX = 12;

export type JsonRead = { ok: true; value: unknown } | { ok: false; problem: string };

const NEVER_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

class RefusedKey extends Error {}

export function jsonIn(text: string): JsonRead {
  if (text.length > REPLY_CHARS_MAX) return failed(`the reply is longer than ${REPLY_CHARS_MAX} characters`);
  const start = text.indexOf('{');
  if (start === -1) return failed('the reply holds no JSON object');
  const span = objectFrom(text, start);
  if (span.end === null) return failed(span.problem);
  // Two objects would be two answers; which one is meant nobody knows.
  if (text.indexOf('{', span.end) !== -1) return failed('the reply holds more than one JSON object');
  return parsed(text.slice(start, span.end));
}

function parsed(json: string): JsonRead {
  try {
    return { ok: true, value: JSON.parse(json, refuseKeys) };
  } catch (error) {
    return failed(error instanceof RefusedKey ? error.message : 'the reply is not valid JSON');
  }
}

function refuseKeys(key: string, value: unknown): unknown {
  if (NEVER_KEYS.has(key)) throw new RefusedKey(`the key “${key}” is not allowed`);
  return value;
}

/** Where the object that opens at `start` closes; braces inside strings do not count. */
function objectFrom(text: string, start: number): { end: number } | { end: null; problem: string } {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const here = text[at];
    if (inString) {
      if (here === '\\') at++;
      else if (here === '"') inString = false;
      continue;
    }
    if (here === '"') inString = true;
    else if (here === '{' || here === '[') depth++;
    else if (here === '}' || here === ']') depth--;
    if (depth > JSON_DEPTH_MAX) return { end: null, problem: 'the JSON nests too deep' };
    if (depth === 0) return { end: at + 1 };
  }
  return { end: null, problem: 'the JSON object is not closed' };
}

function failed(problem: string): JsonRead {
  return { ok: false, problem };
}
