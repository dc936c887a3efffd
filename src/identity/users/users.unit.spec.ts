import { describe, expect, it } from 'vitest';
import { Email } from './email.js';
import { PASSWORD_CHARS_MAX, weaknessOf } from './password-rules.js';
import { PASSWORD_JOBS_AT_ONCE, PASSWORD_JOBS_WAITING_MAX, Passwords } from './passwords.js';

describe('an address', () => {
  it.each([
    ['Ed@Shop.Example', 'ed@shop.example'],
    ['  ed@shop.example\n', 'ed@shop.example'],
    ['ed+tills@shop.example', 'ed+tills@shop.example'],
  ])('%j is %s', (given, folded) => expect(Email.parse(given)).toBe(folded));

  it.each([
    '',
    'ed',
    'ed@',
    '@shop.example',
    'ed@shop',
    'ed@@shop.example',
    'ed@shop.example, al@shop.example',
    'ed@shop.example\r\nBcc: al@shop.example',
    'еd@shop.example',
    `${'a'.repeat(250)}@shop.example`,
    'ed\0@shop.example',
  ])('is not %j', (given) => expect(Email.safeParse(given).success).toBe(false));
});

describe('a password', () => {
  const user = { email: 'edward.baker@shop.example', name: 'Edward Baker' };

  it.each([
    'correct horse battery staple',
    'رمز عبور خیلی بلند',
    'eleven chars',
    '        x           ',
    'p'.repeat(11) + 'q',
    '🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🔋',
  ])('%j is taken', (password) => expect(weaknessOf(password, user)).toBeNull());

  it.each([
    ['elevenchars', 'too_short'],
    ['🐎'.repeat(11), 'too_short'],
    ['x'.repeat(PASSWORD_CHARS_MAX) + 'yz', 'too_long'],
    ['EDWARD.baker@shop.example', 'names_the_user'],
    ['edward.baker', 'names_the_user'],
    ['edward baker', 'names_the_user'],
    ['aaaaaaaaaaaa', 'repeats'],
    ['abcdabcdabcd', 'repeats'],
    ['AbaBaBabABab', 'repeats'],
    ['123456789012', 'runs'],
    ['098765432109', 'runs'],
    ['abcdefghijkl', 'runs'],
    ['zyxwvutsrqpo', 'runs'],
  ])('%j is not: %s', (password, weakness) => expect(weaknessOf(password, user)).toBe(weakness));

  it('of any length is looked at in no time', () => {
    const started = performance.now();
    for (const password of ['ab'.repeat(512) + 'c', 'a'.repeat(1_023) + 'b']) weaknessOf(password, user);
    expect(performance.now() - started).toBeLessThan(50);
  });
});

describe('passwords', () => {
  it('are stored as argon2id with the parameters that OWASP names, each with a salt of its own', async () => {
    const passwords = new Passwords();
    const [one, two] = await Promise.all([
      passwords.hash('the same words'),
      passwords.hash('the same words'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.matches('the same words', one)).toBe(true);
    expect(await passwords.matches('other words', one)).toBe(false);
  });

  it('match in whatever form the keyboard composed their characters', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.matches('cafe\u0301 au lait', hash)).toBe(true);
  });

  it('of nobody never match, and take the time that a wrong one takes', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('the right words');
    expect(await passwords.matches('anything', null)).toBe(false);
    const [nobodys, wrong] = [await medianMs(null), await medianMs(hash)];
    expect(nobodys).toBeGreaterThan(wrong / 3);

    async function medianMs(passwordHash: string | null): Promise<number> {
      const taken: number[] = [];
      for (let run = 0; run < 7; run++) {
        const started = performance.now();
        await passwords.matches('anything', passwordHash);
        taken.push(performance.now() - started);
      }
      return taken.toSorted((a, b) => a - b)[3]!;
    }
  });

  it(`are looked at in turn, and what finds ${PASSWORD_JOBS_WAITING_MAX} waiting is refused`, async () => {
    const passwords = new Passwords();
    // A hash that cannot be read fails at once: the turns count, not the hashing.
    const taken = PASSWORD_JOBS_AT_ONCE + PASSWORD_JOBS_WAITING_MAX;
    await passwords.matches('words', null);
    const settled = await Promise.allSettled(
      Array.from({ length: taken + 1 }, () => passwords.matches('words', 'no hash')),
    );
    const codes = settled.map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : null,
    );
    expect(codes.filter((code) => code === 'PASSWORDS_BUSY')).toHaveLength(1);
    expect(await passwords.matches('words', null)).toBe(false);
  });
});
