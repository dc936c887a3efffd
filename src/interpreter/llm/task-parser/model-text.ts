/** Texts a model wrote, before a person reads them: one line, short, no links, nothing that turns writing around. */
export const MODEL_TEXT_CHARS_MAX = 300;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]+/gu;
/** The half-space is part of Persian spelling. */
const HALF_SPACE = '\u200c';
const LINK = /(?:https?:|www\.|\w\.(?:com|org|net|io|ir|ru|xyz)\b|[\w.]@[\w.])/i;

/** Null where the text must not be shown. */
export function shownText(text: string): string | null {
  const line = text
    .slice(0, 10 * MODEL_TEXT_CHARS_MAX)
    .toWellFormed()
    .replace(INVISIBLE, (run) => (run === HALF_SPACE ? run : ' '))
    .replace(/\s+/g, ' ')
    .trim();
  if (line === '' || LINK.test(line)) return null;
  return line.length > MODEL_TEXT_CHARS_MAX ? `${line.slice(0, MODEL_TEXT_CHARS_MAX - 1)}…` : line;
}
