import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { REDACTED_CHARS_MIN, redactor } from './redaction.js';

const PASSWORD = 'p@ss/w"ö\\rd';
const DATABASE_URL = `postgres://shop:${encodeURIComponent(PASSWORD)}@db:5432/shop`;

describe('a line that is written', () => {
  const providers = JSON.stringify([
    { name: 'google', clientId: 'shop-at-google', clientSecret: 'canary-of-google' },
  ]);
  const clean = redactor([DATABASE_URL, 'canary-key-of-models', providers]);

  it.each([
    ['as it is', 'key canary-key-of-models was refused', 'key [redacted] was refused'],
    ['out of a list', 'shop-at-google sent canary-of-google', 'shop-at-google sent [redacted]'],
    ['twice', 'canary-key-of-models, canary-key-of-models', '[redacted], [redacted]'],
    ['in Base64', `Basic ${Buffer.from('canary-key-of-models').toString('base64')}`, 'Basic [redacted]'],
    ['as a whole URL', `connect to ${DATABASE_URL}`, 'connect to [redacted]'],
    ['as a password', `user shop, password ${PASSWORD}`, 'user shop, password [redacted]'],
    ['as JSON', JSON.stringify({ password: PASSWORD }), '{"password":"[redacted]"}'],
    ['percent-encoded', encodeURIComponent(PASSWORD), '[redacted]'],
  ])('has no secret in it, %s', (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it('keeps its words where a secret is so short that words hold it', () => {
    const short = 'x'.repeat(REDACTED_CHARS_MIN - 1);
    expect(redactor([short])(`a${short}b`)).toBe(`a${short}b`);
    expect(redactor([`${short}x`])(`a${short}xb`)).toBe('a[redacted]b');
  });
});

it('a logger writes no secret, in whatever field a library put it', () => {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
    secrets: [DATABASE_URL, 'canary-key-of-models'],
  });
  const cause = new Error('401: canary-key-of-models', { cause: { url: DATABASE_URL, deep: [[PASSWORD]] } });
  logger.child({ code: PASSWORD }).error({ err: cause }, `asking ${DATABASE_URL} failed`);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'error', code: '[redacted]' });
  expect(lines[0]).not.toMatch(/canary-key|p@ss|p%40ss/);
});
