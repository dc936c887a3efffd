/**
 * Verifying an export without a server, a database or a network. The lines must be, byte for byte, as an export writes
 * them: what would read the same is a change all the same.
 */
import { createHash } from 'node:crypto';
import { beginningOf, ChainWalk, found, type Finding } from './chain-walk.js';
import { digested, eventHash, type Checkpoint } from './encoding.js';
import { checkpointIn, ExportLine, type LineOf } from './export-lines.js';
import { namedKey, type PublicKey } from './keys.js';

/** `EXPORT_BROKEN`: a line that no export writes there. `EXPORT_CUT`: the closing line is missing. */
export interface OfflineFinding extends Omit<Finding, 'what'> {
  what: Finding['what'] | 'EXPORT_BROKEN' | 'EXPORT_CUT';
  /** From 1. */
  line: number;
}

export interface OfflineOptions {
  /** Empty: the keys that the export names are taken at its word. */
  publicKeys: readonly PublicKey[];
  /** Obtained earlier, or from elsewhere. */
  earlier: Checkpoint | null;
}

export interface OfflineReport {
  whole: boolean;
  firstBad: OfflineFinding | null;
  workspaceId: string | null;
  exportedAt: string | null;
  events: number;
  checkpoints: number;
  upTo: { seq: string; position: string };
  /** The last checkpoint that holds; null: none. */
  lastCheckpoint: { seq: string; signedAt: string; keyId: string } | null;
  keysFrom: 'given' | 'export';
  /** Whether the earlier checkpoint was found again as it was; null: none was given. */
  earlierHolds: boolean | null;
}

/** Throws nothing for what is in the lines. `lines`: as bytes, each without its line break, and whether it had one. */
export async function verifyExport(
  lines: AsyncIterable<{ bytes: Uint8Array; ended: boolean }>,
  options: OfflineOptions,
): Promise<OfflineReport> {
  const reading = new Reading(options);
  for await (const { bytes, ended } of lines) if (!reading.take(bytes, ended)) break;
  return reading.report();
}

class Reading {
  private lineNumber = 0;
  private firstBad: OfflineFinding | null = null;
  private header: LineOf<'header'> | null = null;
  private walk: ChainWalk | null = null;
  private ended = false;
  private links = 0;
  private checkpoints = 0;
  private lastCheckpoint: Checkpoint | null = null;
  private earlierFound = false;
  private readonly digest = createHash('sha256');

  constructor(private readonly options: OfflineOptions) {}

  /** Answers whether to go on. */
  take(bytes: Uint8Array, ended: boolean): boolean {
    this.lineNumber += 1;
    const line = ended && !this.ended ? parsedLine(bytes) : null;
    if (!line)
      return this.broken(
        this.ended ? 'something stands behind the closing line' : 'not a whole line of an export',
      );
    if (!this.header && line.kind !== 'header')
      return this.broken('the export does not begin with its header');
    if (line.kind !== 'end') this.digest.update(bytes).update('\n');
    switch (line.kind) {
      case 'header':
        return this.begin(line);
      case 'link':
        return this.goOn(this.linkIn(line));
      case 'checkpoint':
        return this.checkpointIn(checkpointIn(line));
      case 'end':
        return this.end(line);
    }
  }

  report(): OfflineReport {
    const { options, walk, header, lastCheckpoint } = this;
    if (!this.firstBad && !this.ended)
      this.firstBad = {
        what: 'EXPORT_CUT',
        position: null,
        seq: String((walk?.at.seq ?? 0n) + 1n),
        detail: 'the closing line is missing: the file was cut, or is not finished',
        line: this.lineNumber + 1,
      };
    return {
      whole: this.firstBad === null,
      firstBad: this.firstBad,
      workspaceId: header?.workspaceId ?? null,
      exportedAt: header?.exportedAt ?? null,
      events: this.links,
      checkpoints: this.checkpoints,
      upTo: {
        seq: String(walk?.at.seq ?? 0n),
        position: walk && this.links > 0 ? String(walk.at.position) : '0',
      },
      lastCheckpoint: lastCheckpoint && {
        seq: String(lastCheckpoint.seq),
        signedAt: lastCheckpoint.signedAt,
        keyId: lastCheckpoint.keyId,
      },
      keysFrom: options.publicKeys.length > 0 ? 'given' : 'export',
      earlierHolds: options.earlier && this.earlierFound,
    };
  }

  private begin(header: LineOf<'header'>): boolean {
    if (this.header) return this.broken('a second header');
    this.header = header;
    const named = header.publicKeys.map(({ keyId, publicKey }) => namedKey(keyId, publicKey));
    if (named.includes(null)) return this.broken('a public key is not the one that its name says');
    const { publicKeys, earlier } = this.options;
    const keys = publicKeys.length > 0 ? publicKeys : named.filter((key) => key !== null);
    const known = new Map(keys.map((key) => [key.keyId, key]));
    this.walk = new ChainWalk(beginningOf(header.workspaceId), (keyId) => known.get(keyId));
    return this.goOn(earlier && foreign(earlier, header, known));
  }

  private linkIn(line: LineOf<'link'>): Finding | null {
    const walk = this.walk!;
    const link = { ...line, seq: BigInt(line.seq) };
    const misplaced = walk.place(link);
    if (misplaced) return misplaced;
    const { event } = line;
    if (!event) return found('EVENT_MISSING', link, 'the log had no event at this position any more');
    if (event.position !== line.position || event.workspaceId !== this.header!.workspaceId)
      return found('EVENT_CHANGED', link, 'the event names another position or workspace than its link');
    const finding = walk.link(link, eventHash(digested(event))) ?? this.againstEarlier();
    if (!finding) this.links += 1;
    return finding;
  }

  /** What was signed then must be what stands there now. */
  private againstEarlier(): Finding | null {
    const { earlier } = this.options;
    const { at } = this.walk!;
    if (earlier?.seq !== at.seq) return null;
    this.earlierFound = earlier.chainHash === at.chainHash && earlier.position === String(at.position);
    return this.earlierFound
      ? null
      : found('CHECKPOINT_DOES_NOT_MATCH', earlier, 'the chain is not the one of the earlier checkpoint');
  }

  private checkpointIn(checkpoint: Checkpoint): boolean {
    const walk = this.walk!;
    if (checkpoint.workspaceId !== this.header!.workspaceId || checkpoint.seq !== walk.at.seq)
      return this.goOn(found('CHECKPOINT_DOES_NOT_MATCH', checkpoint, 'a checkpoint of another link'));
    const finding = walk.checkpoint(checkpoint);
    if (!finding) {
      this.checkpoints += 1;
      this.lastCheckpoint = checkpoint;
    }
    return this.goOn(finding);
  }

  private end(line: LineOf<'end'>): boolean {
    this.ended = true;
    const { earlier } = this.options;
    if (earlier && !this.earlierFound) return this.goOn(this.walk!.beyond(earlier));
    if (line.links !== String(this.links) || line.checkpoints !== String(this.checkpoints))
      return this.broken('the closing line counts other lines');
    if (line.sha256 !== this.digest.digest('hex'))
      return this.broken('the file is not the one that the closing line was written for');
    return true;
  }

  private goOn(finding: Finding | null): boolean {
    if (finding) this.firstBad = { ...finding, line: this.lineNumber };
    return finding === null;
  }

  private broken(detail: string): boolean {
    const at = this.walk?.at;
    this.firstBad = {
      what: 'EXPORT_BROKEN',
      position: null,
      seq: at ? String(at.seq + 1n) : null,
      detail,
      line: this.lineNumber,
    };
    return false;
  }
}

/** An earlier checkpoint that proves nothing here: of another workspace, or not signed by a key that is known. */
function foreign(
  earlier: Checkpoint,
  { workspaceId }: LineOf<'header'>,
  known: ReadonlyMap<string, PublicKey>,
): Finding | null {
  if (earlier.workspaceId !== workspaceId)
    return found('CHECKPOINT_DOES_NOT_MATCH', earlier, 'the earlier checkpoint is of another workspace');
  const at = { seq: earlier.seq, position: BigInt(earlier.position), chainHash: earlier.chainHash };
  return new ChainWalk(at, (keyId) => known.get(keyId)).checkpoint(earlier);
}

/** Null where it is not exactly as an export writes it. */
function parsedLine(bytes: Uint8Array): ExportLine | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const line = ExportLine.parse(JSON.parse(text));
    return JSON.stringify(line) === text ? line : null;
  } catch {
    return null;
  }
}
