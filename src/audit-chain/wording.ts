/** What a verification proves and what it does not, in the words of every place that says it. */

export const PROVES = {
  online: [
    'Every event of this workspace, from where the verification began up to the position named, is the one that was chained, in the order in which it was chained, with nothing between; and every row of the audit trail there is the one that its event gives.',
    'Nothing up to the last signed checkpoint was changed since it was signed, as far as its key was out of reach of whoever could write to the database.',
  ],
  offline: [
    'The export is whole in itself: every event is the one that was chained, in the order in which it was chained, and nothing is missing from the first link to the last.',
    'With a public key and an earlier checkpoint that were obtained from elsewhere: nothing up to that checkpoint was changed since it was signed.',
  ],
  not: [
    'That nobody who holds the signing key has written another history and signed that: keep a checkpoint where they cannot reach it, and compare.',
    'That the events after the last checkpoint are complete: whoever can write to the database can take the newest events and their links away together.',
  ],
} as const;
