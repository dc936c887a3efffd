/** Following a chain link by link. Pure; what the server's verification and the offline one have in common. */
import { chainHash, genesisHash, type Checkpoint, type Link } from './encoding.js';
import { isSignedBy, type PublicKey } from './keys.js';

export const FINDINGS = [
  'EVENT_CHANGED',
  'EVENT_MISSING',
  'EVENT_INSERTED',
  'EVENT_REORDERED',
  'LINK_CHANGED',
  'LINK_MISSING',
  'TRAIL_ROW_CHANGED',
  'TRAIL_ROW_MISSING',
  'TRAIL_ROW_INSERTED',
  'CHECKPOINT_MISSING',
  'CHECKPOINT_KEY_UNKNOWN',
  'CHECKPOINT_SIGNATURE_WRONG',
  'CHECKPOINT_DOES_NOT_MATCH',
] as const;
export type FindingCode = (typeof FINDINGS)[number];

/** The first thing that is not as it was. */
export interface Finding {
  what: FindingCode;
  /** In the log; null where the place itself is what is missing. */
  position: string | null;
  /** In the chain; null where it has no link. */
  seq: string | null;
  detail: string;
}

/** Where a walk begins behind: the place, and the hash there. */
export interface Anchor {
  seq: bigint;
  position: bigint;
  chainHash: string;
}

/** Before every position that PostgreSQL can hold: what was put in below the log's first one is seen, too. */
const BEFORE_ALL = -(2n ** 63n);

export const beginningOf = (workspaceId: string): Anchor => ({
  seq: 0n,
  position: BEFORE_ALL,
  chainHash: genesisHash(workspaceId),
});

export class ChainWalk {
  /** Of the checkpoint met last; null: none yet, and the next one names whom it likes. */
  private signedSeq: bigint | null;

  constructor(
    public at: Anchor,
    private readonly keyOf: (keyId: string) => PublicKey | undefined,
  ) {
    this.signedSeq = at.seq === 0n ? 0n : null;
  }

  /** Whether the link follows in place and hash; `eventHash` is what the event's hash really is. */
  link(link: Link, eventHash: string): Finding | null {
    const misplaced = this.place(link);
    if (misplaced) return misplaced;
    const asStored = chainHash(this.at.chainHash, link.seq, link.eventHash);
    if (asStored !== link.chainHash)
      return found('LINK_CHANGED', link, 'the link does not follow from the one before it');
    if (eventHash !== link.eventHash)
      return found('EVENT_CHANGED', link, 'the event is not the one whose hash was chained');
    this.at = { seq: link.seq, position: BigInt(link.position), chainHash: link.chainHash };
    return null;
  }

  /** Whether the link is the next one, further on in the log. */
  place(link: Link): Finding | null {
    const next = this.at.seq + 1n;
    if (link.seq < next) return found('LINK_CHANGED', link, `a link where number ${next} was to be`);
    if (link.seq > next)
      return {
        what: 'LINK_MISSING',
        position: null,
        seq: String(next),
        detail: `links ${next} to ${link.seq - 1n} are missing`,
      };
    if (BigInt(link.position) > this.at.position) return null;
    return found('LINK_CHANGED', link, 'the link names a position before that of the link before it');
  }

  /** A checkpoint of the link just walked. */
  checkpoint(checkpoint: Checkpoint): Finding | null {
    const { position, chainHash: hash, keyId, previousSeq } = checkpoint;
    const key = this.keyOf(keyId);
    if (!key)
      return found('CHECKPOINT_KEY_UNKNOWN', checkpoint, `no public key is known by the name ${keyId}`);
    if (!isSignedBy(checkpoint, key))
      return found('CHECKPOINT_SIGNATURE_WRONG', checkpoint, 'the signature is not that of what is stored');
    if (position !== String(this.at.position) || hash !== this.at.chainHash)
      return found('CHECKPOINT_DOES_NOT_MATCH', checkpoint, 'the chain is not the one that was signed');
    if (this.signedSeq !== null && previousSeq !== this.signedSeq)
      return found(
        'CHECKPOINT_MISSING',
        checkpoint,
        `the checkpoint of link ${previousSeq} is missing before it`,
      );
    this.signedSeq = checkpoint.seq;
    return null;
  }

  /** A checkpoint that stands behind the last link. */
  beyond(checkpoint: Checkpoint): Finding {
    return {
      what: 'LINK_MISSING',
      position: null,
      seq: String(this.at.seq + 1n),
      detail: `the chain ends at link ${this.at.seq}; link ${checkpoint.seq} at position ${checkpoint.position} was signed`,
    };
  }
}

export const found = (
  what: FindingCode,
  { position, seq }: { position: string; seq: bigint | null },
  detail: string,
): Finding => ({ what, position, seq: seq === null ? null : String(seq), detail });
