/** Every regular expression of the program, and what an attacker would send it. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import ts from 'typescript';

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));

export interface Pattern {
  source: string;
  flags: string;
  /** Where it is written. */
  place: string;
}

/** The literals, by walking the syntax trees. Those that are put together while the program runs: `buildersOfPatterns`. */
export const writtenPatterns = (): Pattern[] =>
  sourceFiles().flatMap((file) => literalsIn(`${SOURCES}${file}`));

function sourceFiles(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts')).sort();
}

function literalsIn(path: string): Pattern[] {
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      const place = `${relative(SOURCES, path)}:${line + 1}`;
      found.push({ source: node.text.slice(1, end), flags: node.text.slice(end + 1), place });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Files that put patterns together while the program runs. */
export function buildersOfPatterns(): string[] {
  return sourceFiles().filter((file) =>
    /\bnew RegExp\(|\bRegExp\(/.test(readFileSync(`${SOURCES}${file}`, 'utf8')),
  );
}

export const ATTACK_CHARS = 100_000;

/** What most patterns are made of: the ends of numbers and words in both scripts, space, quotes, and marks. */
const PIECES = [
  ' ',
  '\t',
  '\n',
  'a',
  'aA',
  'a ',
  ' a',
  '0',
  '0 ',
  '1.',
  '1,',
  '1e',
  '-',
  '--',
  '.',
  '..',
  '/',
  '/a',
  '%20',
  '"',
  '\\',
  '\\"',
  "'",
  '(',
  '[',
  '{',
  'ا',
  'ا ',
  'ـ',
  '۱',
  '۱٫',
  '\u200c',
  'ی\u200c',
  '\u0301',
  'e\u0301',
  '😀',
  'x=',
  'a,',
  'a.b',
  'a@',
  '\r',
  '\r\n',
  ':',
  '#',
  '_',
];
/** Behind the repetition, so that what nearly matched does not. */
const ENDS = ['', '\u0000', '!', '\n'];

/** Deterministic; some two hundred texts of about so many characters. */
export function* attacksOn({ source, flags }: Pattern, chars: number): Generator<string> {
  const repeated = (before: string, piece: string, end: string) =>
    before + piece.repeat(Math.ceil(Math.max(0, chars - before.length - end.length) / piece.length)) + end;
  for (const piece of PIECES) for (const end of ENDS) yield repeated('', piece, end);
  for (const sample of samplesOf(source, flags)) {
    for (const end of ENDS) yield repeated('', sample, end);
    // Each part of what matches, in its place: the beginning leads into the repetition that fails.
    const step = Math.max(1, Math.ceil(sample.length / 4));
    for (let start = 0; start < sample.length; start += step) {
      yield repeated(sample.slice(0, start), sample.slice(start, start + step), '\u0000');
      yield repeated(sample.slice(0, start), sample[start]!, `\u0000${sample}`);
    }
  }
}

const SAMPLES = 3;
const SEED = 7;

/** Texts that the pattern matches; none where it has what the generator does not know. */
function samplesOf(source: string, flags: string): string[] {
  try {
    const matching = fc.stringMatching(new RegExp(source, flags.replace(/[gyi]/g, '')), { size: 'small' });
    return fc.sample(matching, { numRuns: SAMPLES, seed: SEED }).filter((text) => text !== '');
  } catch {
    return [];
  }
}

/** A pattern that takes longer than this is not waited for. */
const HANG_MS = 2_000;
const TRIES = 4;

const context = createContext({ source: '', flags: '', text: '', ms: 0, now: () => performance.now() });
const use = new Script(`
  {
    const pattern = new RegExp(source, flags);
    const started = now();
    if (flags.includes('g')) text.replace(pattern, '');
    else pattern.exec(text);
    ms = now() - started;
  }
`);

/**
 * Milliseconds of one complete use (every match where it looks for all), the best of several: the least is what the
 * pattern needs, the rest is what else the machine does. Infinity: it was not waited for.
 */
export function costOf({ source, flags }: Pattern, text: string, limitMs: number): number {
  let best = Infinity;
  for (let attempt = 0; attempt < TRIES && best > limitMs; attempt++) {
    Object.assign(context, { source, flags, text, ms: Infinity });
    try {
      use.runInContext(context, { timeout: HANG_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      return Infinity;
    }
    best = Math.min(best, context['ms'] as number);
  }
  return best;
}
