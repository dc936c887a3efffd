/** A chat completion as servers send it, reduced to what is said and what it took. */
import { z } from 'zod';
import { tokensAtMost } from '../prompt/tokens.js';
import { ModelError } from './model-error.js';

/** Some servers send the content in parts. */
const Part = z.object({ type: z.literal('text'), text: z.string() });
const Message = z.object({
  content: z.union([z.string(), z.array(z.union([Part, z.unknown()]))]).nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(z.unknown()).nullish(),
});
const Completion = z.object({
  choices: z.array(z.object({ message: Message, finish_reason: z.string().nullish() })),
  usage: z.unknown().optional(),
});

const TOKENS_MAX = 10_000_000;
const Tokens = z.int().min(0).max(TOKENS_MAX);
const Usage = z.object({ prompt_tokens: Tokens, completion_tokens: Tokens });

export interface Answer {
  /** Empty where the model said nothing. */
  text: string;
  /** The model declined, in the protocol's own way. */
  refused: boolean;
  /** Cut off at the token limit. */
  isCut: boolean;
  usage: { promptTokens: number; completionTokens: number };
}

/** Throws ModelError `not_an_answer` where the body is no completion at all. */
export function answerOf(body: unknown, promptTokens: number): Answer {
  const completion = Completion.safeParse(body);
  const choice = completion.success ? completion.data.choices[0] : undefined;
  if (!choice) throw new ModelError('not_an_answer', 'the model answered with no completion');
  const { message } = choice;
  const text = textOf(message.content);
  const usage = Usage.safeParse(completion.data?.usage);
  return {
    text,
    refused: text === '' && typeof message.refusal === 'string' && message.refusal !== '',
    isCut: choice.finish_reason === 'length',
    usage: usage.success
      ? { promptTokens: usage.data.prompt_tokens, completionTokens: usage.data.completion_tokens }
      : { promptTokens, completionTokens: tokensAtMost(text) },
  };
}

function textOf(content: z.infer<typeof Message>['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => Part.safeParse(part).data?.text ?? '').join('');
}
