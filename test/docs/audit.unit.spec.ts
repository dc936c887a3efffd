import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../src/audit-chain/chain-walk.js';
import { PROVES } from '../../src/audit-chain/wording.js';

const page = await readFile(new URL('../../docs/audit.md', import.meta.url), 'utf8');

describe('the page on the audit log', () => {
  it.each(Object.values(PROVES).flat())('says as every verification does: %s', (sentence) => {
    expect(page).toContain(`- ${sentence}\n`);
  });

  it.each(FINDINGS)('says what %s means', (what) => {
    expect(page).toContain(`\`${what}\``);
  });
});
