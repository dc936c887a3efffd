/** What is done with requests and answers that hold secrets, under keys that are not in the database; ADR 0052. */

/** Nest's token. */
export const REQUEST_SECRETS = Symbol('RequestSecrets');

export interface RequestSecrets {
  /** A keyed hash (64 hex digits): whoever has it, and not the key, cannot try passwords or prompts against it. */
  print(text: string): string;
  /** 256 bits in base64url, the same for the same text, for who has the key. */
  derived(text: string): string;
  /** `bound`: where the text is kept; it opens nowhere else. */
  seal(text: string, bound: string): string;
  /** Null: not sealed by us, changed, or kept elsewhere before. */
  open(sealed: string, bound: string): string | null;
}
