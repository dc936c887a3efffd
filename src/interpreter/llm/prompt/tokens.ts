/**
 * How many tokens a text takes at most, without the tokeniser of a model we do not know. The byte-pair vocabularies in
 * use take about four characters of English a token, and one to two Persian letters; three and one are counted, so that
 * a budget kept here is kept there.
 */
const ASCII_CHARS_PER_TOKEN = 3;

export function tokensAtMost(text: string): number {
  let ascii = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 128) ascii++;
  return Math.ceil(ascii / ASCII_CHARS_PER_TOKEN) + (text.length - ascii);
}
