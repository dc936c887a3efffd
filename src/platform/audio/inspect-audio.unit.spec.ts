import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { recording, silence } from '../../../test/support/recordings/recordings.js';
import { inspectAudio } from './inspect-audio.js';

const inspect = (content: Buffer) =>
  // In pieces, as an upload comes: a container may begin in one and go on in the next.
  inspectAudio({ bytes: content.length, read: () => Readable.from(pieces(content), { objectMode: false }) });

function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 1_000) yield content.subarray(at, at + 1_000);
}

describe('a recording', () => {
  it.each([
    ['spoken.wav', 'audio/wav', 0.5],
    ['spoken.mp3', 'audio/mpeg', 1.5],
    ['spoken.m4a', 'audio/mp4', 1.5],
    ['spoken.ogg', 'audio/ogg', 1.5],
    ['spoken.webm', 'audio/webm', 1.5],
  ] as const)('is known by its content: %s is %s of %d s', async (name, contentType, seconds) => {
    const inspected = await inspect(recording(name));
    expect(inspected).toEqual({ contentType, seconds: expect.closeTo(seconds, 0) });
  });

  it('that was written as it was spoken has no length, and is taken', async () =>
    expect(await inspect(recording('live.webm'))).toEqual({ contentType: 'audio/webm', seconds: null }));

  it('is measured however long it is', async () =>
    expect(await inspect(silence(700))).toEqual({ contentType: 'audio/wav', seconds: 700 }));

  it('whose recorder did not know its length is as long as its bytes', async () => {
    const inspected = await inspect(silence(3, 0xffff_ffff));
    expect(inspected).toMatchObject({ contentType: 'audio/wav', seconds: expect.closeTo(3, 1) });
  });
});

describe('no recording', () => {
  it.each([
    ['text', Buffer.from('lower the price of phones by ten percent')],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(5_000)],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex')],
    ['a program', Buffer.from(`\u007fELF${'\u0000'.repeat(100)}`, 'latin1')],
    ['another sound format', Buffer.from(`fLaC${'\u0000'.repeat(100)}`, 'latin1')],
  ])('is %s', async (_, content) => expect(await inspect(content)).toEqual({ refused: 'AUDIO_UNSUPPORTED' }));

  it.each([
    ['a wav', silence(1).subarray(0, 14)],
    ['an ogg', recording('spoken.ogg').subarray(0, 40)],
    ['a webm', recording('spoken.webm').subarray(0, 60)],
    ['an m4a', recording('spoken.m4a').subarray(0, 40)],
  ])('is %s that ends after its first bytes', async (_, content) =>
    expect(await inspect(content)).toEqual({ refused: 'AUDIO_UNREADABLE' }),
  );
});
