import { writeFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Screen } from '../screen.js';
import { runDemo } from './demo.js';

let folder: string;
let tmpdirBefore: string | undefined;
const never = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drafthorse-demo-spec-'));
  tmpdirBefore = process.env['TMPDIR'];
  // The database runs under another account, which has to get here.
  process.env['TMPDIR'] = folder;
});
afterEach(() => {
  if (tmpdirBefore === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = tmpdirBefore;
  rmSync(folder, { recursive: true });
});

/** Data folders of demos; tsx keeps its cache there too. */
const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith('drafthorse-demo-'));

/** Collects what is printed; `onLine` sees each line as it comes. */
function screenTo(lines: string[], onLine: (line: string) => void = () => undefined): Screen {
  const line = (text = '') => {
    lines.push(text);
    onLine(text);
  };
  const progress = () => ({ step: () => undefined, end: () => undefined });
  return {
    interactive: false,
    columns: 120,
    line,
    heading: line,
    note: line,
    progress,
    ask: async () => null,
  };
}

it('shows a change and its undo in both languages and leaves nothing behind', async () => {
  const lines: string[] = [];
  await runDemo({ catalogue: null, screen: screenTo(lines), signal: never, hurry: never });
  const text = lines.join('\n');
  expect(text).toContain('299 products added');
  expect(text.match(/Checked on the whole catalogue/g)).toHaveLength(4);
  expect(text).toMatch(/799\.00 {2}→ +719\.10/);
  expect(leftBehind()).toEqual([]);
});

it('fails on a catalogue it cannot speak about, and still cleans up', async () => {
  const file = join(folder, 'tiny.csv');
  writeFileSync(file, 'sku,name,price,stock\nA-1,One,1.00,1\n');
  const played = runDemo({ catalogue: file, screen: screenTo([]), signal: never, hurry: never });
  await expect(played).rejects.toThrow('nothing in this catalogue could be said');
  expect(leftBehind()).toEqual([]);
});

it('ends its server and removes its data when it is interrupted', async () => {
  const interruption = new AbortController();
  const screen = screenTo([], (line) => line.startsWith('Imported') && interruption.abort());
  const played = runDemo({ catalogue: null, screen, signal: interruption.signal, hurry: never });
  await expect(played).rejects.toMatchObject({ name: 'AbortError' });
  expect(leftBehind()).toEqual([]);
});
