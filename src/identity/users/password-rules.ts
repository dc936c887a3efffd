/**
 * Which passwords are taken. Length and nothing about kinds of characters, as NIST SP 800-63B-4 (3.1.1.2) advises; what
 * is refused beside that is what anybody would try first.
 */
export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 1_024;
/** One short piece over and over: "aaaaaaaaaaaa", "abc1abc1abc1". */
const REPEATED = /^(.{1,4})\1+$/su;
/** Steps between neighbours: "123456789012" and "abcdefghijkl" go up by one. */
const RUN_STEPS = new Set([1, -1]);

export type PasswordWeakness = 'too_short' | 'too_long' | 'names_the_user' | 'repeats' | 'runs';

/** The same characters are the same password, however the keyboard composed them. */
export const foldPassword = (password: string) => password.normalize('NFKC');

/** What is wrong with this password for this user; null: nothing. */
export function weaknessOf(
  password: string,
  user: { email: string; name?: string | undefined },
): PasswordWeakness | null {
  const folded = foldPassword(password);
  const { length } = [...folded];
  if (length < PASSWORD_CHARS_MIN) return 'too_short';
  if (folded.length > PASSWORD_CHARS_MAX) return 'too_long';
  const said = folded.toLowerCase();
  const [local = ''] = user.email.split('@', 1);
  if ([user.email, local, user.name?.toLowerCase()].includes(said)) return 'names_the_user';
  if (REPEATED.test(said)) return 'repeats';
  return isRun(said) ? 'runs' : null;
}

/** All up or all down by one; a digit's run may wrap at ten. */
function isRun(text: string): boolean {
  const characters = [...text].map((character) => character.codePointAt(0)!);
  const steps = characters.slice(1).map((character, index) => {
    const step = character - characters[index]!;
    return Math.abs(step) === 9 ? -Math.sign(step) : step;
  });
  return RUN_STEPS.has(steps[0]!) && steps.every((step) => step === steps[0]);
}
