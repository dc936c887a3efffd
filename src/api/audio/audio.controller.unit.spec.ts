import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AUDIO_BYTES_MAX,
  DRAFT_ID,
  DRAFTS,
  expectProblem,
  FakeApi,
  OWNER,
} from '../../../test/support/fake-api.js';
import { recording, silence } from '../../../test/support/recordings/recordings.js';
import type { CreateVoiceDraft } from '../../commands/draft/voice.handlers.js';
import { FileStoreError } from '../../platform/files/file-store.js';

const AUDIO = '/api/v1/ai/audio';
const BOUNDARY = 'boundary';
const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());

let created: CreateVoiceDraft['draft'][];
beforeEach(() => {
  api.reset();
  created = [];
  api.command = (command) => {
    const { draft } = command as CreateVoiceDraft;
    created.push(draft);
    return {
      accepted: true,
      position: 7n,
      state: { draftId: draft?.draftId ?? DRAFT_ID, status: 'pending' },
    };
  };
});

type Part = { name: string; content: Buffer | string; fileName?: string; type?: string };

function form(...parts: Part[]): Buffer {
  const written = parts.map(({ name, content, fileName, type }) =>
    Buffer.concat([
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"` +
          `${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n` +
          `${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
      ),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
  );
  return Buffer.concat([...written, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
const file = (content: Buffer, over: Partial<Part> = {}): Part => ({
  name: 'file',
  content,
  fileName: 'voice.bin',
  ...over,
});
const send = (...parts: Part[]) => api.post(AUDIO, form(...parts), FORM);
const WAV = recording('spoken.wav');

describe('a recording that is uploaded', () => {
  it('is stored under the id of its draft, after the job that deletes it, and answered with the draft', async () => {
    const answer = await send(file(recording('spoken.ogg')));
    expect(answer.statusCode).toBe(202);
    const [draft] = created;
    expect(answer.json()).toEqual({ draftId: draft!.draftId, status: 'pending' });
    expect(answer.headers['drafthorse-position']).toBe('7');
    expect(draft).toEqual({
      draftId: expect.any(String),
      clientRequestId: null,
      audio: {
        fileId: draft!.draftId,
        contentType: 'audio/ogg',
        bytes: recording('spoken.ogg').length,
        seconds: expect.closeTo(1.5, 0),
        language: null,
      },
    });
    expect(api.uploads).toEqual(['watched', recording('spoken.ogg').toString()]);
  });

  it('is known by its content, whatever its name and type say', async () => {
    await send(file(recording('spoken.mp3'), { fileName: 'photo.png', type: 'image/png' }));
    expect(created[0]!.audio.contentType).toBe('audio/mpeg');
  });

  it('may come without a file name, and before or after the fields', async () => {
    const language: Part = { name: 'language', content: 'fa' };
    const id: Part = { name: 'clientRequestId', content: 'phone-1' };
    for (const parts of [
      [language, id, file(WAV)],
      [{ name: 'file', content: WAV, type: 'audio/wav' }, language, id],
    ])
      expect((await send(...parts)).statusCode).toBe(202);
    const [first, second] = created;
    expect(first!.audio.language).toBe('fa');
    // The same user and the same id: the same draft.
    expect(second!.draftId).toBe(first!.draftId);
  });

  it('under an idempotency key is the same draft, too', async () => {
    const key = { ...FORM, 'idempotency-key': 'k1' };
    const first = await api.post(AUDIO, form(file(WAV)), key);
    const again = await api.post(AUDIO, form(file(WAV)), key);
    expect([again.statusCode, again.body]).toEqual([202, first.body]);
    expect(created).toHaveLength(1);
    await api.receipts.deleteBefore(new Date(Date.now() + 60_000), 10);
    await api.post(AUDIO, form(file(WAV)), key);
    expect(created[1]!.draftId).toBe(created[0]!.draftId);
  });

  it('under the id of another one that came first, and died, is heard as that one', async () => {
    const id: Part = { name: 'clientRequestId', content: 'phone-1' };
    await send(file(recording('spoken.ogg')), id);
    await send(file(WAV), id);
    expect(created[1]).toEqual(created[0]);
  });

  it('is not stored again where its draft is there already', async () => {
    api.written = 9n;
    const answer = await send(file(WAV), { name: 'clientRequestId', content: 'phone-1' });
    expect([answer.statusCode, answer.headers['drafthorse-position']]).toEqual([202, '9']);
    expect([api.uploads, created]).toEqual([[], []]);
  });
});

describe('an upload that is refused', () => {
  it.each<[string, Part[], number, string]>([
    ['AUDIO_MISSING', [{ name: 'language', content: 'fa' }], 400, 'no file'],
    ['AUDIO_MISSING', [file(Buffer.alloc(0))], 400, 'an empty file'],
    [
      'AUDIO_UNSUPPORTED',
      [file(Buffer.from('hello'), { fileName: 'a.wav', type: 'audio/wav' })],
      415,
      'a text',
    ],
    ['AUDIO_UNREADABLE', [file(WAV.subarray(0, 14))], 422, 'a damaged recording'],
    ['AUDIO_TOO_LONG', [file(silence(3))], 422, 'three seconds'],
    ['AUDIO_TOO_LARGE', [file(Buffer.concat([WAV, Buffer.alloc(AUDIO_BYTES_MAX)]))], 413, 'too many bytes'],
    ['INVALID_REQUEST', [file(WAV), file(WAV)], 400, 'two files'],
    ['INVALID_REQUEST', [file(WAV), file(WAV, { name: 'photo' })], 400, 'a file by another name'],
    ['INVALID_REQUEST', [file(WAV), { name: 'language', content: 'tlh' }], 400, 'an unknown language'],
    ['INVALID_REQUEST', [file(WAV), { name: 'prompt', content: 'x' }], 400, 'an unknown field'],
    ['INVALID_REQUEST', [file(WAV), { name: '__proto__', content: 'x' }], 400, 'a reserved name'],
    [
      'INVALID_REQUEST',
      [file(WAV), { name: 'clientRequestId', content: 'x'.repeat(5_000) }],
      400,
      'a long field',
    ],
  ])('is told %s, and nothing is stored of it', async (code, parts, status, what) => {
    const { problem } = await expectProblem(send(...parts), status, code);
    expect({ what, detail: problem.detail }).toEqual({ what, detail: expect.any(String) });
    expect([api.uploads, created]).toEqual([[], []]);
  });

  it('is one that breaks off in the middle of the form', async () => {
    const whole = form(file(WAV));
    for (const bytes of [whole.length - 10, 500, 60, 3])
      await expectProblem(api.post(AUDIO, whole.subarray(0, bytes), FORM), 400, 'INVALID_REQUEST');
    expect(api.uploads).toEqual([]);
  });

  it('is one that is no form', async () => {
    for (const type of [
      'application/json',
      'audio/wav',
      'multipart/form-data',
      'multipart/mixed; boundary=b',
    ])
      await expectProblem(api.post(AUDIO, WAV, { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('is one of somebody who may only look', async () => {
    const viewer = { ...FORM, authorization: 'Bearer viewer-key' };
    await expectProblem(api.post(AUDIO, form(file(WAV)), viewer), 403, 'FORBIDDEN');
  });

  it('takes as many bytes as allowed', async () => {
    const padded = Buffer.concat([WAV, Buffer.alloc(AUDIO_BYTES_MAX - WAV.length)]);
    expect((await send(file(padded))).statusCode).toBe(202);
  });

  it('is every one where nobody hears', async () => {
    const deaf = await FakeApi.start({ audio: null });
    await expectProblem(deaf.post(AUDIO, form(file(WAV)), FORM), 422, 'VOICE_NOT_CONFIGURED');
    expect(deaf.uploads).toEqual([]);
    await deaf.stop();
  });
});

describe('a link to a recording', () => {
  const audio = {
    fileId: DRAFT_ID,
    contentType: 'audio/ogg',
    bytes: 7,
    seconds: 1.5,
    transcription: null,
    deletedAt: null,
  };
  const link = (draft: unknown, headers = {}) => {
    api.query = () => draft;
    return api.get(`${DRAFTS}/${DRAFT_ID}/audio`, headers);
  };
  /** Without a key: the link is one. */
  const follow = (url: string) => api.app.inject({ method: 'GET', url });

  it('leads to it without a key, as what it is', async () => {
    const { url, expiresAt, ...told } = (await link({ audio })).json();
    expect(told).toEqual({ contentType: 'audio/ogg', bytes: 7, seconds: 1.5 });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const answer = await follow(url);
    expect([answer.statusCode, answer.body]).toEqual([200, 'content']);
    expect(answer.headers).toMatchObject({
      'content-type': 'audio/ogg',
      'cache-control': 'private, no-store',
    });
  });

  it('leads nowhere once it was changed', async () => {
    const { url } = (await link({ audio })).json();
    const other = url.replace(DRAFT_ID, OWNER.userId);
    await expectProblem(follow(other), 403, 'LINK_INVALID');
    await expectProblem(follow(url.split('&signature')[0]), 400, 'INVALID_REQUEST');
  });

  it('is the store’s own where it has one', async () => {
    api.directUrl = 'https://bucket.example/x?signature=1';
    expect((await link({ audio })).json()).toMatchObject({ url: api.directUrl });
  });

  it('to one that is gone says so, before and after it was given', async () => {
    await expectProblem(
      link({ audio: { ...audio, deletedAt: '2026-03-01T10:00:00.000Z' } }),
      410,
      'AUDIO_GONE',
    );
    const { url } = (await link({ audio })).json();
    const gone = async () => Promise.reject(new FileStoreError('FILE_NOT_FOUND', 'no file'));
    api.opened = () => ({ [Symbol.asyncIterator]: () => ({ next: gone }) });
    await expectProblem(follow(url), 410, 'AUDIO_GONE');
  });

  it('is there for neither typed drafts nor onlookers', async () => {
    await expectProblem(link({ audio: null }), 404, 'AUDIO_NOT_FOUND');
    await expectProblem(link(null), 404, 'DRAFT_NOT_FOUND');
    await expectProblem(link({ audio }, { authorization: 'Bearer viewer-key' }), 403, 'FORBIDDEN');
  });
});

describe('hearing again', () => {
  const retry = () => api.post(`${DRAFTS}/${DRAFT_ID}/retry`);

  it('answers with the draft', async () =>
    expect((await retry()).json()).toEqual({ draftId: DRAFT_ID, status: 'pending' }));

  it.each([
    [{ code: 'DRAFT_NOT_FOUND' }, 404],
    [{ code: 'DRAFT_NOT_RETRIABLE', status: 'preview' }, 409],
    [{ code: 'AUDIO_GONE' }, 410],
  ])('refused as %j', async (refusal, status) => {
    api.command = () => ({ accepted: false, refusal });
    await expectProblem(retry(), status, refusal.code);
  });
});
