import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetterSummary, DeadLetterWhole } from '../client.js';
import { runCommandLine } from '../cli.js';
import { EXIT } from '../exit-codes.js';
import type { Screen } from '../screen.js';
import { problem, STAND_IN_KEY, StandInServer } from '../stand-in/stand-in-server.js';

const ID = '0197a000-0000-7000-8000-0000000000f1';
const KEY = '0197a000-0000-7000-8000-0000000000d1';
const LETTER: DeadLetterSummary = {
  deadLetterId: ID,
  group: 'projection.drafts',
  topic: 'drafthorse.drafts',
  partition: 2,
  key: KEY,
  position: '77',
  eventType: 'PreviewBuilt',
  streamId: `draft-${KEY}`,
  reason: 'failed',
  errorClass: 'RangeError',
  errorMessage: 'a plan \u001b[2Jof too many rows',
  attempts: 5,
  createdAt: '2026-01-31T09:05:07.000Z',
};
const WHOLE: DeadLetterWhole = {
  ...LETTER,
  headers: { ce_type: 'PreviewBuilt', traceparent: 'x\u001b[31m' },
  event: { type: 'PreviewBuilt', data: { rows: [] } },
};

let server: StandInServer;
beforeEach(async () => {
  server = await StandInServer.start();
});
afterEach(() => server.stop());

async function run(...words: string[]) {
  const printed: string[] = [];
  const print = (text = '') => void printed.push(text);
  const screen: Screen = {
    interactive: false,
    columns: 200,
    line: print,
    heading: print,
    note: print,
    progress: () => ({ step: () => undefined, end: () => undefined }),
    ask: async () => null,
  };
  const exitCode = await runCommandLine(words, {
    environment: { DRAFTHORSE_URL: server.url, DRAFTHORSE_API_KEY: STAND_IN_KEY },
    workingDirectory: '/',
    signal: new AbortController().signal,
    screen: () => screen,
    output: new PassThrough(),
  });
  return { exitCode, text: printed.join('\n'), asked: server.seen.at(-1) };
}
const answers = (status: number, body: unknown) => server.nextAnswers.push({ status, body });

describe('dead letters on the terminal', () => {
  it.each([['dead-letters'], ['dead-letters', 'list']])('are listed by %s %s', async (...words) => {
    answers(200, { items: [LETTER, { ...LETTER, reason: 'waiting' }], nextCursor: 'further' });
    const { exitCode, text, asked } = await run(...words.filter((word) => word !== undefined));
    expect(exitCode).toBe(EXIT.done);
    expect(asked?.path).toBe('/api/v1/dead-letters?limit=50');
    expect(text).toContain(ID);
    expect(text).toContain('waits behind another');
    expect(text).toContain('… and more');
  });

  it('are looked for by group and key', async () => {
    answers(200, { items: [], nextCursor: null });
    const { text, asked } = await run(
      'dead-letters',
      '--group',
      'projection.audit',
      '--key',
      KEY,
      '--limit',
      '3',
    );
    expect(asked?.path).toBe(`/api/v1/dead-letters?group=projection.audit&key=${KEY}&limit=3`);
    expect(text).toBe('No dead letters.');
  });

  it('are shown whole, without driving the terminal', async () => {
    answers(200, WHOLE);
    const { text, asked } = await run('dead-letters', 'show', ID);
    expect(asked?.path).toBe(`/api/v1/dead-letters/${ID}`);
    expect(text).toContain('RangeError');
    expect(text).toContain('ce_type: PreviewBuilt');
    expect(text).toContain('"rows": []');
    expect(text).not.toContain('\u001b');
  });

  it('are re-driven one by one', async () => {
    answers(202, { group: 'projection.drafts', topic: 'drafthorse.drafts', key: KEY, letters: 1 });
    const { exitCode, text, asked } = await run('dead-letters', 'redrive', ID);
    expect([exitCode, asked?.method, asked?.path]).toEqual([
      EXIT.done,
      'POST',
      `/api/v1/dead-letters/${ID}/redrive`,
    ]);
    expect(asked?.headers['idempotency-key']).toBeDefined();
    expect(text).toContain('1 dead letter of projection.drafts will be delivered again');
  });

  it('are re-driven by key', async () => {
    answers(202, { group: 'projection.drafts', topic: 'drafthorse.drafts', key: KEY, letters: 3 });
    const key = ['--group', 'projection.drafts', '--topic', 'drafthorse.drafts'];
    const { text, asked } = await run('dead-letters', 'redrive-key', KEY, ...key);
    expect(asked?.path).toBe('/api/v1/dead-letters/redrive');
    expect(asked?.body).toEqual({ group: 'projection.drafts', topic: 'drafthorse.drafts', key: KEY });
    expect(text).toContain('3 dead letters');
  });

  it('are printed as they come with --json', async () => {
    answers(200, WHOLE);
    expect(JSON.parse((await run('--json', 'dead-letters', 'show', ID)).text)).toEqual(WHOLE);
  });

  it('are for owners', async () => {
    answers(403, problem(403, 'FORBIDDEN', 'This is for the owner of the workspace.').body);
    const { exitCode, text } = await run('dead-letters');
    expect(exitCode).toBe(EXIT.noAccess);
    expect(text).toContain('FORBIDDEN');
  });

  it('need to be named to be re-driven', async () => {
    expect((await run('dead-letters', 'redrive')).exitCode).toBe(EXIT.usage);
    expect((await run('dead-letters', 'redrive-key', KEY)).exitCode).toBe(EXIT.usage);
    expect(server.seen).toEqual([]);
  });
});
