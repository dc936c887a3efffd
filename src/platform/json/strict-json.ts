/** JSON from outside, read so that nobody can take it for something else than we do. */
import { parse } from 'secure-json-parse';

/** Deeper nesting is an attack on whatever walks the value; the deepest input we take has 5 levels. */
export const JSON_DEPTH_MAX = 32;

/** Of a number with an exponent. */
const DIGITS_LOOKED_AT = 100;

export type JsonFault = 'NOT_JSON' | 'TOO_DEEP' | 'DUPLICATE_KEY' | 'POISONED_KEY' | 'NUMBER_LOST';

export class JsonFaultError extends Error {
  constructor(
    readonly fault: JsonFault,
    cause?: unknown,
  ) {
    super(fault, { cause });
    this.name = 'JsonFaultError';
  }
}

/**
 * Throws JsonFaultError. Refused beside what is no JSON: nesting without end; a number that would
 * become nothing or infinity; a key that stands twice in one object, of
 * which RFC 8259 leaves open which one counts, so that whoever looked at the text before us may have seen the other; and
 * keys that reach into whatever the value is merged with (`__proto__`, `constructor.prototype`).
 */
export function parseStrictJson(text: string): unknown {
  const fault = faultIn(text);
  if (fault) throw new JsonFaultError(fault);
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw new JsonFaultError(isJson(text) ? 'POISONED_KEY' : 'NOT_JSON', error);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** One look at every character, before anything is built. What is no JSON is left to the parser. */
function faultIn(json: string): JsonFault | null {
  /** Of each object that is open its keys; null: an array. */
  const open: (Set<string> | null)[] = [];
  let keyFollows = false;
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (character === QUOTE) {
      const end = endOfString(json, index);
      if (keyFollows && !isNewKey(open.at(-1), json.slice(index + 1, end))) return 'DUPLICATE_KEY';
      keyFollows = false;
      index = end;
    } else if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      if (open.length === JSON_DEPTH_MAX) return 'TOO_DEEP';
      keyFollows = character === OPEN_OBJECT;
      open.push(keyFollows ? new Set() : null);
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) {
      open.pop();
      keyFollows = false;
    } else if (character === COMMA) keyFollows = Boolean(open.at(-1));
    else if (isLostNumber(json, index, character)) return 'NUMBER_LOST';
  }
  return null;
}

const EXPONENT = new Set([0x45, 0x65]);
const NUMBER = /[-+.\d]*[eE][-+\d]*/y;

/** Only an exponent makes a number of few digits too large or too small for a float: looked at from its `e`. */
function isLostNumber(json: string, index: number, character: number): boolean {
  if (!EXPONENT.has(character)) return false;
  let start = index;
  while (start > 0 && index - start < DIGITS_LOOKED_AT && /[-.\d]/.test(json[start - 1]!)) start--;
  NUMBER.lastIndex = start;
  const text = NUMBER.exec(json)?.[0] ?? '';
  const value = Number(text);
  return text.length > 1 && (!Number.isFinite(value) || (value === 0 && /^[^eE]*[1-9]/.test(text)));
}

/** Where the string that begins at `start` has its closing quote; the end of the text where it has none. */
function endOfString(json: string, start: number): number {
  for (let index = start + 1; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (character === BACKSLASH) index++;
    else if (character === QUOTE) return index;
  }
  return json.length;
}

/** One key has many spellings: `a` is `\u0061`. */
function isNewKey(keys: Set<string> | null | undefined, spelled: string): boolean {
  if (!keys) return true;
  const key = spelled.includes('\\') ? unescaped(spelled) : spelled;
  if (keys.has(key)) return false;
  keys.add(key);
  return true;
}

function unescaped(spelled: string): string {
  try {
    return JSON.parse(`"${spelled}"`) as string;
  } catch {
    return spelled;
  }
}
