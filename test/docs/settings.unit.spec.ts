import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { CONFIGURATION_FILE, withSettings } from '../../scripts/settings.js';
import { NOT_SUPPORTED_YET, SETTING_KEYS } from '../../src/platform/config/settings.js';

it('the page of settings says what the program reads', async () => {
  const page = await readFile(CONFIGURATION_FILE, 'utf8');
  expect(page).toBe(withSettings(page));
});

it('what may be set changes something: each setting is read where the program is put together', () => {
  const readers = globSync('src/**/*.ts')
    .filter((file) => !file.startsWith('src/platform/config/') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const unread = SETTING_KEYS.filter((key) => !new RegExp(`\\b${key}\\b`).test(readers));
  expect(unread).toEqual([...NOT_SUPPORTED_YET].filter((key) => unread.includes(key)));
});
