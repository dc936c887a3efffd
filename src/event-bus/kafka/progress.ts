/**
 * What one group has handled of one partition, and what a record is to it. Positions decide, not offsets: those are
 * only where reading resumes. So a record that the relay repeats, a topic made anew from the log and an offset that
 * was lost or moved by hand change nothing.
 */

export type RecordIs =
  /** The next one to handle. */
  | 'next'
  /** Handled before. */
  | 'repeat'
  /** There is one before it that was never handled. */
  | 'behind-gap';

export class PartitionProgress {
  /** Reading was set back to the beginning to look for what is missing. */
  rewound = false;
  /** What is missing was not found: nothing behind it is handled. Null: all is well. */
  missingBefore: bigint | null = null;

  /** Everything of the partition up to `position` was handled or set aside, or is about to be. */
  constructor(public position: bigint) {}

  judge(record: { position: bigint; previous: bigint }): RecordIs {
    if (record.position <= this.position) return 'repeat';
    return record.previous > this.position ? 'behind-gap' : 'next';
  }

  taken(position: bigint): void {
    this.position = position;
    this.rewound = false;
    this.missingBefore = null;
  }
}
