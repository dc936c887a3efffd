/**
 * The mark of personal texts in event schemas: what a person said, and every sentence written about it. What bears it is
 * encrypted on its way into the log (`src/personal-data`) and travels encrypted from there on.
 */
import { z } from 'zod';

export interface PersonalMark {
  /** What kind of text it is. Encrypted texts are bound to it. */
  name: string;
  /** Property of the event's data that names the person; without it, the one whose draft it is. */
  by: string | null;
}

export const PERSONAL_TEXTS = z.registry<PersonalMark>();

/** What published contracts say of such a text. */
export const PERSONAL_DESCRIPTION = 'Personal: encrypted under a key of the person, see docs/privacy.md';

/** Without an upper bound and without a pattern: in the log stands what the text was encrypted to. */
export function personalText(name: string, { by, min = 0 }: { by?: string; min?: number } = {}) {
  const text = min > 0 ? z.string().min(min) : z.string();
  PERSONAL_TEXTS.add(text, { name, by: by ?? null });
  return text;
}
