/** Where a program under test is to die; see crashing-main.ts. */

export interface CrashPoint {
  /**
   * `append:<type>`: an append with an event of this type. `apply:<projection>`: a batch in the transaction of a
   * projection. `deliver:<group>`: a batch handed to a consumer group, around its transaction. `revocation`: what no longer
   * stands (a key, a password) is made known, after it was committed.
   */
  place: `append:${string}` | `apply:${string}` | `deliver:${string}` | 'revocation';
  /** `after` an append or a delivery its transaction is committed; after `apply` it is not. */
  moment: 'before' | 'after';
  /** Which passage, from 1. */
  passage: number;
}

export function crashAt(moment: CrashPoint['moment'], place: CrashPoint['place'], passage = 1): CrashPoint {
  return { place, moment, passage };
}

export const describePoint = ({ place, moment, passage }: CrashPoint) =>
  `${moment} ${place}${passage === 1 ? '' : ` (${passage})`}`;
