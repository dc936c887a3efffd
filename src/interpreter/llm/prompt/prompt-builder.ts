/** A request → the messages a model is sent. Pure. */
import { PROMPT_CHARS_MAX, type InterpretRequest, type Turn } from '../../interpreter.js';
import { wordsOfRequest } from '../guard/user-words.js';
import { Reply } from '../task-parser/reply-schema.js';
import { catalogueExtract, CATALOGUE_TOKENS_MAX } from './catalogue-extract.js';
import { EXAMPLE_TURNS } from './examples.js';
import { INSTRUCTIONS } from './template.js';
import { tokensAtMost } from './tokens.js';

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** Longer conversations keep the request and their last turns. */
export const TURNS_MAX = 6;
const QUESTION_CHARS_MAX = 500;
/** As many as an answer may offer. */
const OPTIONS_ASKED_MAX = 5;

export function buildPrompt(request: InterpretRequest, tokensMax = CATALOGUE_TOKENS_MAX): Message[] {
  const { prompt, conversation, skus } = request;
  const words = wordsOfRequest(request);
  const catalogue = catalogueExtract(words, skus, tokensMax);
  return [
    { role: 'system', content: INSTRUCTIONS },
    ...EXAMPLE_TURNS,
    data('user', { catalogue, request: prompt.slice(0, PROMPT_CHARS_MAX) }),
    ...conversation.slice(-TURNS_MAX).flatMap(turnMessages),
  ];
}

/** An invalid answer goes back with the place of each mistake. */
export function repairMessages(reply: string, problems: readonly string[]): Message[] {
  return [
    { role: 'assistant', content: reply.slice(0, REPAIRED_CHARS_MAX) },
    data('user', {
      error: 'This answer cannot be used. Answer again with one corrected JSON object.',
      problems,
    }),
  ];
}

/** Of a long wrong answer the beginning is enough to tell it from a right one. */
const REPAIRED_CHARS_MAX = 2_000;

/** A question is what the assistant said, so that the answer is read beside it. */
function turnMessages({ question, options, answer }: Turn): Message[] {
  const asked = Reply.parse({
    kind: 'question',
    message: question.slice(0, QUESTION_CHARS_MAX),
    options: options.slice(0, OPTIONS_ASKED_MAX).map(({ label }) => label.slice(0, QUESTION_CHARS_MAX)),
  });
  return [
    { role: 'assistant', content: JSON.stringify(asked) },
    data('user', { answer: answer.slice(0, PROMPT_CHARS_MAX) }),
  ];
}

/** JSON keeps data from ever being read as anything around it. */
function data(role: 'user', value: unknown): Message {
  return { role, content: JSON.stringify(value) };
}

export function promptTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + tokensAtMost(content), 0);
}
