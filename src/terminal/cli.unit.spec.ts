import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './cli.js';
import { EXIT } from './exit-codes.js';
import type { Screen } from './screen.js';
import {
  failed,
  inPreview,
  planHash,
  priceRow,
  problem,
  STAND_IN_KEY,
  StandInServer,
} from './stand-in/stand-in-server.js';

const SENTENCE = 'lower every silver iPhone 17 by 10 %';
const ROWS = [
  priceRow(1, 'iPhone 17 Silver', ['1000.00', '900.00']),
  priceRow(2, 'قاب نقره‌ای', ['6.50', '5.85']),
  priceRow(3, 'iPhone 17 Case', ['9.00', '8.10']),
];

let server: StandInServer;
let folder: string;
beforeEach(async () => {
  server = await StandInServer.start();
  folder = mkdtempSync(join(tmpdir(), 'drafthorse-cli-'));
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Run {
  /** What is typed, in turn. A function is called instead, e.g. to press Ctrl-C. Absent: nobody is there. */
  replies?: (string | (() => void))[];
  environment?: Record<string, string>;
  interruption?: AbortController;
}

async function run(
  words: string[],
  { replies, environment, interruption = new AbortController() }: Run = {},
) {
  const printed: string[] = [];
  const questions: string[] = [];
  const answers = [...(replies ?? [])];
  const screen: Screen = {
    interactive: replies !== undefined,
    columns: 100,
    line: (text = '') => void printed.push(text),
    heading: (text) => void printed.push(text),
    note: (text) => void printed.push(text),
    progress: () => ({ step: (name) => void printed.push(`… ${name}`), end: () => undefined }),
    ask: async (question) => {
      questions.push(question);
      const answer = answers.shift();
      if (typeof answer !== 'function') return answer ?? null;
      answer();
      throw interruption.signal.reason;
    },
  };
  const output = new PassThrough();
  const exitCode = await runCommandLine(words, {
    environment: environment ?? { DRAFTHORSE_URL: server.url, DRAFTHORSE_API_KEY: STAND_IN_KEY },
    workingDirectory: folder,
    signal: interruption.signal,
    screen: () => screen,
    output,
  });
  return { exitCode, questions, text: printed.join('\n'), output: String(output.read() ?? '') };
}

const confirmation = () => server.seen.find(({ path }) => path.endsWith('/confirm'))?.body;

describe('one change', () => {
  beforeEach(() => server.reads(SENTENCE, inPreview(ROWS)));

  it('is shown, confirmed, followed to its end, and can be taken back', async () => {
    const { exitCode, text } = await run(SENTENCE.split(' '), { replies: ['y'] });
    expect(exitCode).toBe(EXIT.done);
    expect(text).toMatch(/1,000\.00 {2}→ +900\.00/);
    expect(text).toContain('… confirmed\n… writing\n… done');
    expect(text).toContain(`drafthorse undo ${server.only().draftId}`);
    expect(confirmation()).toEqual({ planHash: planHash('a') });
  });

  it('is cancelled on a no', async () => {
    const { exitCode } = await run([SENTENCE], { replies: ['what?', 'n'] });
    expect(exitCode).toBe(EXIT.notConfirmed);
    expect(server.only().status).toBe('cancelled');
    expect(confirmation()).toBeUndefined();
  });

  it('leaves out the rows that were excluded', async () => {
    const { text } = await run([SENTENCE], { replies: ['e', '9', 'e', '1,SKU-3', 'e', '۱', 'y'] });
    expect(text).toContain('no row “9”');
    expect(confirmation()).toEqual({ planHash: planHash('a'), exclude: [ROWS[2]?.productId] });
  });

  it('needs no answer with --yes', async () => {
    const { exitCode, questions } = await run(['--yes', SENTENCE]);
    expect([exitCode, questions]).toEqual([EXIT.done, []]);
  });

  it('waits where nobody is there to confirm it', async () => {
    const { exitCode, text } = await run([SENTENCE]);
    expect(exitCode).toBe(EXIT.answerNeeded);
    expect(server.only().status).toBe('preview');
    expect(text).toContain(`drafthorse resume ${server.only().draftId}`);
    expect((await run(['resume', server.only().draftId], { replies: ['y'] })).exitCode).toBe(EXIT.done);
  });

  it('shows the new difference when the catalogue moved, and asks again, also after --yes', async () => {
    const moved = inPreview([priceRow(1, 'iPhone 17 Silver', ['1200.00', '1080.00'])], {
      hash: planHash('b'),
    });
    server.onConfirm = (draft, body) => {
      if (body.planHash === planHash('b')) return null;
      Object.assign(draft, moved);
      return problem(409, 'PLAN_CHANGED', 'The rows moved.');
    };
    const { exitCode, questions, text } = await run(['--yes', SENTENCE], { replies: ['y'] });
    expect(exitCode).toBe(EXIT.done);
    expect(questions).toHaveLength(1);
    expect(text).toMatch(/The catalogue changed meanwhile[^]*1,200\.00 {2}→/);
    expect(confirmation()).toEqual({ planHash: planHash('a') });
  });

  it('never applies a replaced plan with nobody there', async () => {
    server.onConfirm = (draft) => {
      Object.assign(draft, inPreview(ROWS, { hash: planHash('b') }));
      return problem(409, 'PLAN_CHANGED', 'The rows moved.');
    };
    expect((await run(['--yes', SENTENCE])).exitCode).toBe(EXIT.answerNeeded);
    expect(server.only().status).toBe('preview');
  });

  it('is cancelled by Ctrl-C before it was confirmed', async () => {
    const interruption = new AbortController();
    const { exitCode } = await run([SENTENCE], { replies: [() => interruption.abort()], interruption });
    expect(exitCode).toBe(EXIT.interrupted);
    expect(server.only().status).toBe('cancelled');
  });

  it('is left alone by Ctrl-C once it was confirmed', async () => {
    const interruption = new AbortController();
    server.onConfirm = () => {
      setImmediate(() => interruption.abort());
      return null;
    };
    const { exitCode, text } = await run(['-y', SENTENCE], { interruption });
    expect(exitCode).toBe(EXIT.interrupted);
    expect(server.only().status).not.toBe('cancelled');
    expect(text).toContain('drafthorse show');
  });

  it('is taken back by undo, through a preview of its own', async () => {
    await run(['-y', SENTENCE]);
    const [done] = server.drafts.keys();
    const { exitCode, text } = await run(['--undo', done ?? ''], { replies: ['y'] });
    expect(exitCode).toBe(EXIT.done);
    expect(text).toMatch(/900\.00 {2}→ +1,000\.00/);
  });
});

describe('a large change', () => {
  beforeEach(() => server.reads(SENTENCE, inPreview(ROWS, { total: 612 })));

  it('is paged, and confirmed by typing its number of rows', async () => {
    const { exitCode, text, questions } = await run([SENTENCE], { replies: ['m', 'y', '612'] });
    expect(exitCode).toBe(EXIT.done);
    expect(text).toContain('… and 592 more');
    expect(text).toContain('… and 572 more');
    expect(questions.at(-1)).toContain('Type the number of rows');
    expect(confirmation()).toEqual({ planHash: planHash('a'), secondConfirmation: true });
  });

  it('is cancelled by any other number', async () => {
    expect((await run([SENTENCE], { replies: ['y', '621'] })).exitCode).toBe(EXIT.notConfirmed);
  });

  it('is not waved through by --yes, but by --yes and the right --rows', async () => {
    expect((await run(['-y', SENTENCE])).exitCode).toBe(EXIT.answerNeeded);
    expect((await run(['-y', '--rows', '600', SENTENCE])).exitCode).toBe(EXIT.answerNeeded);
    expect((await run(['-y', '--rows', '612', SENTENCE])).exitCode).toBe(EXIT.done);
  });
});

describe('a question back', () => {
  beforeEach(() => {
    const clarification = { question: 'کدام آیفون؟', options: ['آیفون ۱۷', 'آیفون ۱۶'] };
    server.reads('آیفون رو ارزون کن', { status: 'clarify', clarification });
    server.reads('آیفون ۱۶', inPreview(ROWS));
  });

  it('is answered by the number of an option, in any digits', async () => {
    const { exitCode, text } = await run(['آیفون رو ارزون کن'], { replies: ['۲', 'بله'] });
    expect(exitCode).toBe(EXIT.done);
    expect(text).toContain('\u2068کدام آیفون؟\u2069\n  1) \u2068آیفون ۱۷\u2069');
    expect(server.seen.find(({ path }) => path.endsWith('/answer'))?.body).toEqual({ text: 'آیفون ۱۶' });
  });

  it('is given up by an empty answer, and left open with nobody there', async () => {
    expect((await run(['آیفون رو ارزون کن'], { replies: [''] })).exitCode).toBe(EXIT.notConfirmed);
    expect((await run(['-y', 'آیفون رو ارزون کن'])).exitCode).toBe(EXIT.answerNeeded);
  });
});

describe('what cannot be done', () => {
  it('is told with its code when the sentence was refused', async () => {
    server.reads('delete everything', failed('DELETE_WITHOUT_FILTER', 'Say which products to delete.'));
    const { exitCode, text } = await run(['delete everything']);
    expect(exitCode).toBe(EXIT.refused);
    expect(text).toContain('Say which products to delete.  [DELETE_WITHOUT_FILTER]');
  });

  it('is told with its trace when the server says no', async () => {
    const { exitCode, text } = await run(['show', 'nothing']);
    expect(exitCode).toBe(EXIT.refused);
    expect(text).toContain('[DRAFT_NOT_FOUND] (trace f00d)');
  });

  it('is a matter of access when there is no key, a wrong one, or no server', async () => {
    const access = (environment: Record<string, string>) => run(['history'], { environment });
    expect((await access({ DRAFTHORSE_URL: server.url })).text).toContain('api-key');
    expect((await access({ DRAFTHORSE_URL: server.url, DRAFTHORSE_API_KEY: 'other' })).exitCode).toBe(
      EXIT.noAccess,
    );
    expect((await access({ DRAFTHORSE_URL: 'localhost', DRAFTHORSE_API_KEY: 'k' })).exitCode).toBe(
      EXIT.noAccess,
    );
    const { url } = server;
    await server.stop();
    expect((await access({ DRAFTHORSE_URL: url, DRAFTHORSE_API_KEY: STAND_IN_KEY })).exitCode).toBe(
      EXIT.noAccess,
    );
  });

  it('is a matter of usage when the words are wrong', async () => {
    expect((await run(['show'])).exitCode).toBe(EXIT.usage);
    expect((await run(['--rows', '0', SENTENCE])).exitCode).toBe(EXIT.usage);
    expect((await run([])).exitCode).toBe(EXIT.usage);
    expect((await run(['import', 'no-such-file.csv'])).exitCode).toBe(EXIT.usage);
  });
});

it('finds the key where the server keeps it', async () => {
  writeFileSync(join(folder, 'api-key'), `${STAND_IN_KEY}\n`);
  const environment = { DRAFTHORSE_URL: server.url, DATA_DIR: folder };
  expect((await run(['history'], { environment })).exitCode).toBe(EXIT.done);
});

it('answers --json with one document and asks nothing', async () => {
  server.reads(SENTENCE, inPreview(ROWS));
  const open = await run(['--json', SENTENCE], { replies: ['y'] });
  expect(open.exitCode).toBe(EXIT.answerNeeded);
  expect(open.questions).toEqual([]);
  const applied = await run(['--json', '-y', SENTENCE]);
  const document = applied.text.slice(applied.text.indexOf('{'));
  expect(JSON.parse(document)).toMatchObject({ status: 'done', prompt: SENTENCE });
  const refused = await run(['--json', 'show', 'nothing']);
  expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'DRAFT_NOT_FOUND' } });
});

it('imports a file as what its name says, and names the lines that were rejected', async () => {
  writeFileSync(join(folder, 'shop.csv'), 'sku,name\n');
  const { exitCode, text } = await run(['import', join(folder, 'shop.csv')]);
  expect(exitCode).toBe(EXIT.refused);
  expect(text).toContain('2 products added');
  expect(text).toContain('price is missing');
  expect(server.seen[0]?.headers['content-type']).toBe('text/csv');
});

it('exports to stdout, or to a file in the format of its name', async () => {
  expect((await run(['export'])).output).toBe('{"sku":"A-1"}\n');
  const file = join(folder, 'shop.csv');
  await run(['export', file]);
  expect(readFileSync(file, 'utf8')).toBe('{"sku":"A-1"}\n');
  expect(server.seen.at(-1)?.path).toContain('format=csv');
});
