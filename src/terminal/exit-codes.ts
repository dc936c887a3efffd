/** What the process says when it leaves; documented in docs/terminal.md. */
export const EXIT = {
  done: 0,
  /** A bug of the client, or something nobody foresaw. */
  unexpected: 1,
  /** `audit verify`: the export is not what was written. */
  notWhole: 1,
  usage: 2,
  /** The server understood and said no: the sentence, the change or the file. */
  refused: 3,
  /** The person said no, or the preview expired; nothing was changed. */
  notConfirmed: 4,
  /** A question or a confirmation is due and there is nobody to ask. */
  answerNeeded: 5,
  /** No server, no key, or a key that does not fit. */
  noAccess: 6,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
