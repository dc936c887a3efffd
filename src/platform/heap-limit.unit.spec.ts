import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HEAP_LIMIT_FLAG } from './heap-limit.js';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

it('the program starts with the heap limit, by npm and in the image', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(scripts['start']).toContain(HEAP_LIMIT_FLAG);
  expect(read('Dockerfile')).toContain(HEAP_LIMIT_FLAG);
});
