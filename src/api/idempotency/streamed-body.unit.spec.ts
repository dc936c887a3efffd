import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, StreamedBody } from './streamed-body.js';

async function* piecesOf(text: Buffer, cuts: number[]) {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, text.length]) {
    yield text.subarray(from, place);
    from = place;
  }
}

async function passed(text: Buffer, boundary: string | null, cuts: number[] = []) {
  const body = new StreamedBody(piecesOf(text, cuts), boundary);
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return { content: Buffer.concat(pieces), print: body.print };
}

const sha256 = (text: Buffer) => createHash('sha256').update(text).digest('hex');
const cuts = fc.array(fc.nat(500), { maxLength: 20 });

describe('a streamed body', () => {
  it('is handed on as it is, and hashed, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), cuts, async (bytes, places) => {
        const text = Buffer.from(bytes);
        expect(await passed(text, null, places)).toEqual({ content: text, print: sha256(text) });
      }),
    );
  });

  it('that is a form is the same under another boundary, however it is cut', async () => {
    const parts = fc.array(fc.stringMatching(/^[ab\r\n-]{0,12}$/), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(parts, cuts, async (texts, places) => {
        const written = (boundary: string) =>
          Buffer.from(texts.map((text) => `--${boundary}${text}`).join(''));
        const content = written('aXbXa');
        const one = await passed(content, 'aXbXa', places);
        const other = await passed(written('another-Y'), 'another-Y', places.toReversed());
        expect(one.content).toEqual(content);
        expect(one.print).toBe(other.print);
        expect(one.print).toBe(sha256(Buffer.from(texts.map((text) => `--${text}`).join(''))));
      }),
    );
  });
});

describe('a boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; BOUNDARY="a b;c"', 'a b;c'],
    ['multipart/form-data', null],
    ['application/json; boundary=abc', null],
    [undefined, null],
  ])('of %s is %s', (type, boundary) => expect(boundaryOf(type)).toBe(boundary));
});
