import { describe, expect, it } from 'vitest';
import { SAME_LETTER_PATTERN } from '../../src/text/letters.js';
import {
  ATTACK_CHARS,
  attacksOn,
  buildersOfPatterns,
  costOf,
  writtenPatterns,
  type Pattern,
} from './patterns.js';

/** For 100,000 characters of the worst that can be sent. */
const LIMIT_MS = 50;

interface Slow {
  place: string;
  pattern: string;
  ms: number;
  text: string;
}

/**
 * A tenth of the text first: what takes a pattern longer than its limit by more than the text's length takes it longer
 * than this, too, and everything else need not be tried at full length.
 */
const SUSPECT_CHARS = ATTACK_CHARS / 10;
const SUSPECT_MS = LIMIT_MS / 200;

function slowestOf(pattern: Pattern): Slow | null {
  const { place, source, flags } = pattern;
  const whole = attacksOn(pattern, ATTACK_CHARS);
  for (const part of attacksOn(pattern, SUSPECT_CHARS)) {
    const text = whole.next().value as string;
    if (costOf(pattern, part, SUSPECT_MS) <= SUSPECT_MS) continue;
    const ms = costOf(pattern, text, LIMIT_MS);
    if (ms > LIMIT_MS)
      return { place, pattern: `/${source}/${flags}`.slice(0, 300), ms, text: `${text.slice(0, 20)}…` };
  }
  return null;
}

/** What the files that put patterns together make of the longest they are given. Another file wants another line. */
const BUILT: Record<string, { source: string; flags: string }> = {
  'api/server/allowed-methods.ts': {
    source: '^/api/v1/ai/drafts/[^/]+/[^/]+/.*/?$',
    flags: '',
  },
  'planning/match.ts': { source: `(?:^| )${'a'.repeat(200)}(?: |$)`, flags: 'i' },
  'text/letters.ts': { source: SAME_LETTER_PATTERN.source, flags: SAME_LETTER_PATTERN.flags },
};

const unique = (patterns: Pattern[]) => [
  ...new Map(patterns.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern])).values(),
];

describe('a text made against a pattern', () => {
  it('takes no pattern that is written in the program longer than 50 ms', { timeout: 600_000 }, () => {
    const patterns = unique(writtenPatterns());
    expect(patterns.length).toBeGreaterThan(100);
    expect(patterns.flatMap((pattern) => slowestOf(pattern) ?? [])).toEqual([]);
  });

  it('takes no pattern that the program puts together longer than 50 ms', { timeout: 600_000 }, () => {
    expect(buildersOfPatterns()).toEqual(Object.keys(BUILT));
    const patterns = Object.entries(BUILT).map(([place, pattern]) => ({ place, ...pattern }));
    expect(patterns.flatMap((pattern) => slowestOf(pattern) ?? [])).toEqual([]);
  });

  it('is found where it takes a pattern too long: the checker can fail', { timeout: 60_000 }, () => {
    const pattern = (source: string, flags = '') => ({ source, flags, place: 'here' });
    for (const bad of [pattern('(a+)+$'), pattern('\\s+$'), pattern('^(\\w+\\s?)*$'), pattern('[.:]+$', 'g')])
      expect(slowestOf(bad)).toMatchObject({ place: 'here' });
  });
});
