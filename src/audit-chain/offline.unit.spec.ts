import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesIn } from '../../test/support/lines.js';
import { beginningOf } from './chain-walk.js';
import { chainHash, digested, eventHash, type Checkpoint, type StoredEvent } from './encoding.js';
import { EXPORT_FORMAT, EXPORT_VERSION, linkLine, shown, type ExportLine } from './export-lines.js';
import { lineText } from './export.js';
import { encodedKey, publicKeyOf, signed } from './keys.js';
import { verifyExport, type OfflineOptions } from './offline.js';

const WORKSPACE_ID = '0197a000-0000-7000-8000-0000000000a1';
const key = generateKeyPairSync('ed25519').privateKey;
const NOTHING_GIVEN: OfflineOptions = { publicKeys: [], earlier: null };

const event = (index: number, over: Partial<StoredEvent> = {}): StoredEvent => ({
  position: String(1_000 + index * 7),
  streamId: `draft-${index % 2}`,
  revision: index,
  eventId: '0197a000-0000-5000-8000-00000000000e',
  workspaceId: WORKSPACE_ID,
  type: 'Executed',
  schemaVersion: 1,
  data: `{"changed": ${index}, "text": "نقره‌ای \\u0001 \\"quoted\\""}`,
  metadata: '{"userId": null}',
  recordedAt: '2026-03-01T10:00:00.000Z',
  ...over,
});

interface Made {
  lines: ExportLine[];
  checkpoints: Checkpoint[];
}

/** As `export.ts` writes it, from events alone; a checkpoint behind every third link. */
function made(events: StoredEvent[], signingKey: KeyObject = key): Made {
  const own = publicKeyOf(signingKey);
  const lines: ExportLine[] = [
    {
      kind: 'header',
      format: EXPORT_FORMAT,
      version: EXPORT_VERSION,
      workspaceId: WORKSPACE_ID,
      exportedAt: '2026-03-02T00:00:00.000Z',
      upToPosition: '9999',
      pendingEvents: 0,
      publicKeys: [{ keyId: own.keyId, publicKey: encodedKey(own) }],
    },
  ];
  const checkpoints: Checkpoint[] = [];
  let at = beginningOf(WORKSPACE_ID);
  for (const one of events) {
    const hash = eventHash(digested(one));
    const seq = at.seq + 1n;
    at = { seq, position: BigInt(one.position), chainHash: chainHash(at.chainHash, seq, hash) };
    const link = { seq, position: one.position, eventHash: hash, chainHash: at.chainHash };
    lines.push(linkLine(link, one));
    if (seq % 3n !== 0n) continue;
    const checkpoint = signed(
      {
        workspaceId: WORKSPACE_ID,
        seq,
        previousSeq: seq - 3n,
        position: one.position,
        chainHash: at.chainHash,
        signedAt: '2026-03-01T11:00:00.000Z',
      },
      signingKey,
    );
    checkpoints.push(checkpoint);
    lines.push({ kind: 'checkpoint', ...shown(checkpoint) });
  }
  return { lines, checkpoints };
}

/** With its closing line, as whoever forges the rest can write it too. */
function closed(lines: readonly ExportLine[]): Buffer {
  const text = lines.map(lineText).join('');
  const count = (kind: ExportLine['kind']) => String(lines.filter((line) => line.kind === kind).length);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return Buffer.from(
    text + lineText({ kind: 'end', links: count('link'), checkpoints: count('checkpoint'), sha256 }),
  );
}

const verify = (file: Buffer, options: Partial<OfflineOptions> = {}) =>
  verifyExport(linesIn(file), { ...NOTHING_GIVEN, ...options });

const EVENTS = Array.from({ length: 7 }, (_, index) => event(index));
const whole = made(EVENTS);
const file = closed(whole.lines);

describe('an export', () => {
  it('that nobody touched is whole', async () => {
    expect(
      await verify(file, { publicKeys: [publicKeyOf(key)], earlier: whole.checkpoints[0]! }),
    ).toMatchObject({
      whole: true,
      firstBad: null,
      workspaceId: WORKSPACE_ID,
      events: 7,
      checkpoints: 2,
      upTo: { seq: '7', position: '1042' },
      lastCheckpoint: { seq: '6' },
      keysFrom: 'given',
      earlierHolds: true,
    });
  });

  it('without events is whole too', async () => {
    expect(await verify(closed(made([]).lines))).toMatchObject({
      whole: true,
      events: 0,
      lastCheckpoint: null,
    });
  });

  it('with any one byte changed, added or lost is not', async () => {
    const at = fc.nat({ max: file.length - 1 });
    const byte = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(at, byte, fc.constantFrom('changed', 'added', 'lost'), async (index, value, how) => {
        const before = file.subarray(0, index);
        const after = file.subarray(how === 'added' ? index : index + 1);
        const other = Buffer.concat([before, how === 'lost' ? Buffer.alloc(0) : Buffer.from([value]), after]);
        fc.pre(!other.equals(file));
        expect((await verify(other)).whole).toBe(false);
      }),
      { numRuns: 800 },
    );
  });

  it('cut anywhere is not whole', async () => {
    const closing = file.lastIndexOf('\n', -2);
    for (let length = 0; length < file.length; length += length < closing ? 41 : 1)
      expect((await verify(file.subarray(0, length))).whole).toBe(false);
    const lines = file.toString().split('\n');
    const cut = Buffer.from(`${lines.slice(0, 5).join('\n')}\n`);
    expect((await verify(cut)).firstBad).toMatchObject({ what: 'EXPORT_CUT', line: 6 });
  });
});

/** Every field that stands in a line, as a way to it. */
function fieldsOf(value: unknown, way: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [way];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, [...way, name]));
}

function withOther(line: ExportLine, way: string[]): ExportLine {
  const copy = structuredClone(line);
  let place = copy as unknown as Record<string, unknown>;
  for (const name of way.slice(0, -1)) place = place[name] as Record<string, unknown>;
  const last = way.at(-1)!;
  place[last] = other(place[last]);
  return copy;
}

/** Of the same form, so that no schema finds it. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (value === null) return 'x';
  const text = String(value);
  if (/^\d+$/.test(text)) return String(BigInt(text) + 1n);
  if (/^[0-9a-f-]{36}$/.test(text)) return randomUUID();
  if (/^[0-9a-f]+$/.test(text)) return `${text.startsWith('a') ? 'b' : 'a'}${text.slice(1)}`;
  if (text.endsWith('Z')) return text.replace('2026', '2025');
  return `${text}x`;
}

describe('a forged export, with a closing line of its own', () => {
  const places = whole.lines.flatMap((line, index) =>
    line.kind === 'link' || line.kind === 'checkpoint' ? fieldsOf(line).map((way) => ({ index, way })) : [],
  );

  it('is found with any one field changed, at the place of that field', async () => {
    expect(places.length).toBeGreaterThan(100);
    for (const { index, way } of places) {
      if (way[0] === 'kind') continue;
      const lines = whole.lines.with(index, withOther(whole.lines[index]!, way));
      const { firstBad } = await verify(closed(lines));
      // A sequence number or place further on is missed where it was to be, or seen in the line itself.
      expect({ way, line: firstBad?.line }).toEqual({ way, line: index + 1 });
    }
  });

  it.each([
    ['an event that was taken away', (lines: ExportLine[]) => lines.toSpliced(2, 1), 'LINK_MISSING', '2'],
    [
      'an event that was emptied',
      (lines: ExportLine[]) => lines.with(3, { ...(lines[3] as never as object), event: null } as never),
      'EVENT_MISSING',
      '3',
    ],
    [
      'two events in each other’s place',
      (lines: ExportLine[]) => [...lines.slice(0, 2), lines[3]!, lines[2]!, ...lines.slice(4)],
      'LINK_MISSING',
      '2',
    ],
    ['an event twice', (lines: ExportLine[]) => lines.toSpliced(3, 0, lines[2]!), 'LINK_CHANGED', '2'],
    [
      'a checkpoint that was taken away',
      (lines: ExportLine[]) => lines.toSpliced(4, 1),
      'CHECKPOINT_MISSING',
      '6',
    ],
  ])('names %s', async (_, change, what, seq) => {
    expect((await verify(closed(change([...whole.lines])))).firstBad).toMatchObject({ what, seq });
  });

  it('with the newest events taken away is whole in itself, and not before an earlier checkpoint', async () => {
    const shorter = closed(whole.lines.slice(0, 5));
    expect((await verify(shorter)).whole).toBe(true);
    expect(await verify(shorter, { earlier: whole.checkpoints[1]! })).toMatchObject({
      whole: false,
      earlierHolds: false,
      firstBad: { what: 'LINK_MISSING', seq: '4' },
    });
  });

  it('written anew from a changed event and signed by another key does not stand before ours', async () => {
    const forger = generateKeyPairSync('ed25519').privateKey;
    const forged = closed(made(EVENTS.with(1, event(1, { data: '{"changed": 99}' })), forger).lines);
    expect((await verify(forged)).whole).toBe(true);
    expect((await verify(forged, { publicKeys: [publicKeyOf(key)] })).firstBad?.what).toBe(
      'CHECKPOINT_KEY_UNKNOWN',
    );
    const earlier = whole.checkpoints[0]!;
    expect((await verify(forged, { earlier })).firstBad?.what).toBe('CHECKPOINT_KEY_UNKNOWN');
  });

  it('written anew by the holder of the key does not stand before an earlier checkpoint', async () => {
    const forged = closed(made(EVENTS.with(1, event(1, { data: '{"changed": 99}' }))).lines);
    const publicKeys = [publicKeyOf(key)];
    expect((await verify(forged, { publicKeys })).whole).toBe(true);
    expect(await verify(forged, { publicKeys, earlier: whole.checkpoints[0]! })).toMatchObject({
      whole: false,
      earlierHolds: false,
      firstBad: { what: 'CHECKPOINT_DOES_NOT_MATCH', seq: '3', position: '1014' },
    });
  });

  it('of another workspace is not taken for the checkpoint’s', async () => {
    const earlier = signed({ ...whole.checkpoints[0]!, workspaceId: randomUUID() }, key);
    expect((await verify(file, { earlier })).firstBad?.what).toBe('CHECKPOINT_DOES_NOT_MATCH');
  });
});

describe('the hash of an event', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 6 });
  const stored = fc.record({ streamId: text, type: text, data: text, metadata: text, recordedAt: text });

  it('is another one wherever a letter moves from one field to the next', () => {
    fc.assert(
      fc.property(stored, stored, (left, right) => {
        fc.pre(JSON.stringify(left) !== JSON.stringify(right));
        const hashes = [left, right].map((over) => eventHash(digested(event(1, over))));
        expect(hashes[0]).not.toBe(hashes[1]);
      }),
    );
    const moved = [event(1, { streamId: 'a', type: 'bc' }), event(1, { streamId: 'ab', type: 'c' })];
    expect(new Set(moved.map((one) => eventHash(digested(one)))).size).toBe(2);
  });

  it('is the one that another program comes to by the formats of docs/audit.md, and so is the chain’s', () => {
    const hash = 'a07c5e4f98f23a29507da2068fb0fad93de78b72a4f09bfe0ad3d5008c6a2d36';
    expect(eventHash(digested(event(3)))).toBe(hash);
    expect(chainHash(beginningOf(WORKSPACE_ID).chainHash, 1n, hash)).toBe(
      '0b801a1dd8990081f38900e5ac26d002c6f818695c3beecbd3258ab11c205c11',
    );
  });
});
