/** A transcription as services send it: `json`, or `verbose_json` with language and length. */
import { z } from 'zod';
import { ModelError } from '../../llm/client/model-error.js';
import type { Language } from '../../interpreter.js';
import type { Heard } from '../transcriber.js';

const SECONDS_MAX = 86_400;

const Transcription = z.object({
  text: z.string(),
  language: z.string().nullish().catch(null),
  duration: z.coerce.number().min(0).max(SECONDS_MAX).nullish().catch(null),
});

/** Names and codes (ISO 639) in use among services. */
const LANGUAGES: Readonly<Record<string, Language>> = {
  en: 'en',
  eng: 'en',
  english: 'en',
  fa: 'fa',
  fas: 'fa',
  per: 'fa',
  farsi: 'fa',
  persian: 'fa',
};

/** What the log and a prompt cannot hold: control characters, halves of surrogate pairs, direction marks. */
const UNSPEAKABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Throws ModelError `not_an_answer` where the body is no transcription. */
export function heardIn(body: unknown): Heard {
  const transcription = Transcription.safeParse(body);
  if (!transcription.success)
    throw new ModelError('not_an_answer', 'the service answered with no transcription');
  const { text, language, duration } = transcription.data;
  const named = language?.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return {
    text: text.replace(UNSPEAKABLE, ' ').replace(/\s+/g, ' ').trim(),
    language: Object.hasOwn(LANGUAGES, named) ? LANGUAGES[named]! : null,
    seconds: duration ?? null,
  };
}
