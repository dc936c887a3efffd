/** Text of any origin on its way to a terminal: made harmless, measured in columns, kept in its own direction. */
import { stripVTControlCharacters } from 'node:util';

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';
const ELLIPSIS = '…';

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Embeddings, overrides and isolates: left open inside a value they would turn the rest of the line around. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/gu;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
const CONTROLS = /\p{Cc}/gu;

/**
 * One line without control characters: a product's name is data, and one with an escape sequence in it must not
 * drive the terminal. Joiners and half-spaces stay: Persian is misspelt without them.
 */
export function clean(text: string): string {
  return text.replace(LINE_BREAKS, ' ').replace(CONTROLS, '\ufffd').replace(BIDI_CONTROLS, '');
}

/**
 * Wraps text that holds right-to-left letters so that a terminal that knows directions turns these letters around
 * and nothing beside them; one that does not ignores the marks. Other text is returned as it is.
 */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_DIRECTIONAL_ISOLATE}` : text;
}

/** `clean` and `isolate`: for a value inside a sentence. */
export const shown = (text: string): string => isolate(clean(text));

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ZERO_WIDTH = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{M}]+$/u;
/** East Asian wide and fullwidth, and what is drawn as a picture. */
const WIDE =
  /^(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

const widthOf = (grapheme: string): number => (ZERO_WIDTH.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1);

/**
 * Columns a terminal uses for the text; escape sequences, isolates, half-spaces and vowel signs use none. Not the
 * string-width package: version 4, which table libraries still bring along, counts half-spaces and isolates as columns.
 */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) columns += widthOf(segment);
  return columns;
}

/** At most `columns` wide; what does not fit ends in “…”. For text without escape sequences. */
export function clip(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : kept.trimEnd() + ELLIPSIS;
}

export type Alignment = 'left' | 'right';

/**
 * `parts` side by side in so many columns. Each is isolated on its own, so `سفید → مشکی` keeps its order; padding
 * stands outside, so the column's edge is where it is for every other row.
 */
export function fit(
  parts: readonly string[],
  { columns, align }: { columns: number; align: Alignment },
): string {
  const width = parts.reduce((sum, part) => sum + displayWidth(part), 0);
  const padding = ' '.repeat(Math.max(0, columns - width));
  const text = width <= columns ? parts.map(isolate).join('') : clipParts(parts, columns);
  return align === 'right' ? padding + text : text + padding;
}

function clipParts(parts: readonly string[], columns: number): string {
  let left = columns;
  let text = '';
  for (const part of parts) {
    const width = displayWidth(part);
    // One column is kept for the “…” of what follows.
    if (width < left) {
      text += isolate(part);
      left -= width;
      continue;
    }
    const clipped = clip(`${part}${ELLIPSIS}`, left);
    return text + isolate(clipped) + ' '.repeat(left - displayWidth(clipped));
  }
  return text;
}
