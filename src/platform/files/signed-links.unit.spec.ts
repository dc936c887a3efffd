import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SignedLinks } from './signed-links.js';

const FILE = {
  workspaceId: '0197a000-0000-7000-8000-0000000000a1',
  fileId: '0197a000-0000-7000-8000-0000000000f1',
  contentType: 'audio/ogg',
};
let now = new Date('2026-03-01T10:00:00.000Z');
const links = new SignedLinks(randomBytes(32), () => now);

type Query = Parameters<SignedLinks['verify']>[0];
const queryOf = (text: string) => Object.fromEntries(new URLSearchParams(text)) as unknown as Query;

describe('a signed link', () => {
  it('leads to its file until its time is over', () => {
    const query = queryOf(links.sign({ ...FILE, seconds: 300 }));
    expect(links.verify(query)).toEqual(FILE);
    now = new Date(now.getTime() + 299_000);
    expect(links.verify(query)).toEqual(FILE);
    now = new Date(now.getTime() + 1_000);
    expect(links.verify(query)).toBeNull();
  });

  it.each(['workspaceId', 'fileId', 'contentType', 'expires', 'signature'] as const)(
    'leads nowhere with another %s',
    (part) => {
      const query = queryOf(links.sign({ ...FILE, seconds: 300 }));
      const last = query[part].at(-1) === '1' ? '2' : '1';
      expect(links.verify({ ...query, [part]: query[part].slice(0, -1) + last })).toBeNull();
      expect(links.verify({ ...query, [part]: '' })).toBeNull();
    },
  );

  it('of another installation leads nowhere', () => {
    const others = new SignedLinks(randomBytes(32), () => now);
    expect(links.verify(queryOf(others.sign({ ...FILE, seconds: 300 })))).toBeNull();
  });
});
