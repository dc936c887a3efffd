/**
 * Takes secrets out of whatever the program writes. The fields of a log line are known, but not what a library puts
 * into the message of an error: a driver that quotes its connection string, a server that echoes the key it was sent.
 */

/** Shorter ones would be found in ordinary words; a start with such a key is warned of. */
export const REDACTED_CHARS_MIN = 6;

const REDACTED = '[redacted]';

/** `secrets`: values of settings, as they were given. Answers a text without any of them, in any form they travel in. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form.length >= REDACTED_CHARS_MIN)
    // The whole before its parts.
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
}

/** Lines of a key in PEM, but not its first and last. */
const LINE_CHARS_MIN = 32;

/** As it is, percent-encoded, in Base64, and each of these as JSON writes it; of a URL its password, of JSON its secrets, of a key its lines. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= LINE_CHARS_MIN);
  return [secret, ...passwordsIn(secret), ...secretsInJson(secret), ...lines].flatMap((text) => {
    const forms = [text, encodeURIComponent(text.toWellFormed()), Buffer.from(text).toString('base64')];
    return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
  });
}

function passwordsIn(secret: string): string[] {
  if (!URL.canParse(secret)) return [];
  const { password } = new URL(secret);
  return [password, decoded(password)];
}

const SECRET_NAME = /secret|password|key|token/i;

/** Of a list of things that each have one, as JSON. */
function secretsInJson(secret: string): string[] {
  const found: string[] = [];
  try {
    JSON.parse(secret, (key, value: unknown) => {
      if (typeof value === 'string' && SECRET_NAME.test(key)) found.push(value);
    });
  } catch {
    return [];
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
