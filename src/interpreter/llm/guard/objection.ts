/** What the guard says against a task: the part of it that is not in the user's words, or the words not in it. */
export const OBJECTION_CODES = [
  /** Nobody asked for this kind of action, or the words ask for several kinds. */
  'ACTION_NOT_SAID',
  /** No filter, and no word like "all". */
  'EVERYTHING_NOT_SAID',
  /** A value or number that is neither in the words nor what the workspace calls one of them. */
  'VALUE_NOT_SAID',
  /** A field that is neither named nor implied. */
  'FIELD_NOT_SAID',
  /** Up for down, over for under, without for with. */
  'SENSE_NOT_SAID',
  /** Alternatives where the words say no "or". */
  'ALTERNATIVE_NOT_SAID',
  /** Words that narrow or change something and that the task does not use. */
  'WORDS_LEFT_OUT',
  /** Words nobody knows: they may mean nothing, or everything. The only objection a user can wave aside. */
  'UNKNOWN_WORDS_LEFT_OUT',
  /** Something no task can say (a time, a condition), or nothing about a catalogue. */
  'BEYOND_A_TASK',
] as const;

export interface Objection {
  code: (typeof OBJECTION_CODES)[number];
  /** The literal, field or words it is about. */
  about: string;
}

export const objection = (code: Objection['code'], about: string): Objection => ({ code, about });
