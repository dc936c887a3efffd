/**
 * Holds one partition to what the log says belongs there. Pure. Records may repeat; each event must stand once with all
 * before it in front, which is all that a reader who skips repetitions needs.
 */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../events/contract.js';

export type DifferenceKind =
  /** The event is not there. */
  | 'missing'
  /** It is there, but never behind all of those before it. */
  | 'out-of-order'
  /** A record of the event says something else than the log. */
  | 'changed'
  /** A record that no event of the log belongs to, here at least. */
  | 'foreign';

export interface Difference {
  kind: DifferenceKind;
  /** Null for a record that tells none. */
  position: bigint | null;
  /** Null for an event that is not there. */
  offset: string | null;
}

/** Eight bytes of SHA-1 over everything a record carries: enough to notice a change, small enough for a whole log. */
export function digestOf(event: RecordedEvent): bigint {
  const { eventId, workspaceId, streamId, revision, type, schemaVersion, data, metadata, recordedAt } = event;
  // Its properties come in another order from the schema than from the store; data keeps the store's.
  const cause = Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = [eventId, workspaceId, streamId, revision, type, schemaVersion, recordedAt, cause, data];
  return createHash('sha1').update(JSON.stringify(parts)).digest().readBigUInt64BE();
}

export class PartitionCheck {
  private readonly positions: bigint[] = [];
  private readonly digests: bigint[] = [];
  /** How many of the expected have stood in their place. */
  private reached = 0;
  /** Seen before one that belongs in front of them. */
  private readonly early = new Map<bigint, string>();
  private firstForeign: Difference | null = null;
  records = 0;
  repeats = 0;

  expect(position: bigint, digest: bigint): void {
    this.positions.push(position);
    this.digests.push(digest);
  }

  get events(): number {
    return this.positions.length;
  }

  /** In the order of offsets. */
  see(offset: string, position: bigint, digest: bigint): void {
    this.records += 1;
    const index = this.indexOf(position);
    if (index < 0) return this.refuse({ kind: 'foreign', position, offset });
    if (this.digests[index] !== digest) return this.refuse({ kind: 'changed', position, offset });
    if (index === this.reached) this.reached += 1;
    else if (index < this.reached) this.repeats += 1;
    else if (!this.early.has(position)) this.early.set(position, offset);
  }

  /** A record without a place in the log, as far as it can be read. */
  seeUnreadable(offset: string): void {
    this.records += 1;
    this.refuse({ kind: 'foreign', position: null, offset });
  }

  /** What relaying again cannot take away: a record that does not belong here. */
  get foreign(): Difference | null {
    return this.firstForeign;
  }

  /** The first event that does not stand where it must; null: all do. Relaying again from there repairs it. */
  get lacking(): Difference | null {
    const position = this.positions[this.reached];
    if (position === undefined) return null;
    const offset = this.early.get(position) ?? null;
    return { kind: offset === null ? 'missing' : 'out-of-order', position, offset };
  }

  private refuse(difference: Difference): void {
    this.firstForeign ??= difference;
  }

  private indexOf(position: bigint): number {
    let low = 0;
    let high = this.positions.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.positions[middle]!;
      if (found === position) return middle;
      if (found < position) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
