import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { CONFIGURATION_FILE, withSettings } from '../../scripts/settings.js';

it('the page of settings says what the program reads', async () => {
  const page = await readFile(CONFIGURATION_FILE, 'utf8');
  expect(page).toBe(withSettings(page));
});
