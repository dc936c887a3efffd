import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { previewed } from '../support/api-client.js';
import * as service from '../support/model-server/behaviours.js';
import { recording, type RecordingName } from '../support/recordings/recordings.js';
import { until } from '../support/until.js';
import { catalogueOf, differencesBetween } from './shop.js';
import { formWith, speak, voiceShop, VOICE_KEY, type VoiceShop } from './voice.js';

const ENGLISH = 'Lower the price of the iPhone seventeen silver by ten percent.';
const PERSIAN_WORDS = 'قیمت کفش ورزشی زنانه را بیست و پنج درصد زیاد کن.';

let shop: VoiceShop;
beforeAll(async () => {
  shop = await voiceShop();
});
afterAll(() => shop?.stop());
beforeEach(() => shop.service.reset());

describe('what was said', () => {
  it.each<[RecordingName, string, { language?: string }, object]>([
    ['spoken.wav', 'audio/wav', { language: 'english' }, { text: ENGLISH, language: 'en' }],
    ['spoken.ogg', 'audio/ogg', { language: 'persian' }, { text: PERSIAN_WORDS, language: 'fa' }],
    ['spoken.mp3', 'audio/mpeg', {}, { text: ENGLISH, language: 'en' }],
    ['spoken.m4a', 'audio/mp4', {}, { text: PERSIAN_WORDS, language: 'fa' }],
    ['live.webm', 'audio/webm', {}, { text: ENGLISH, language: 'en' }],
  ])('in %s becomes the change that was shown', async (name, contentType, told, expected) => {
    const { text, language } = expected as { text: string; language: string };
    const { service: hearing, api } = shop;
    hearing.always(service.hears(text, { ...told, duration: 1.5 }));
    const before = await catalogueOf(api);
    const draftId = await speak(api, name);

    const draft = previewed(await api.parsed(draftId));
    expect(draft).toMatchObject({ prompt: text, language, error: null });
    const { length: bytes } = recording(name);
    const transcription = { model: 'whisper-1', latencyMs: expect.any(Number) };
    expect(draft.audio).toMatchObject({
      fileId: draftId,
      contentType,
      bytes,
      transcription,
      deletedAt: null,
    });
    expect(draft.audio!.seconds).toBeGreaterThan(0);

    await api.confirm(draft);
    const done = await api.until(draftId, 'done');
    expect(done).toMatchObject({ prompt: text, changeSetId: expect.any(String) });
    const changed = draft.preview.rows.map(({ sku, before: old, after }) => ({ sku, before: old, after }));
    expect(changed.length).toBeGreaterThan(0);
    expect(differencesBetween(before, await catalogueOf(api))).toEqual(changed);
    const types = (await api.events(draftId)).map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['DraftCreated', 'Transcribed', 'ParsingStarted']);

    const [asked] = hearing.requests;
    expect(asked!.headers.authorization).toBe(`Bearer ${VOICE_KEY}`);
    expect(asked!.recording!.content.equals(recording(name))).toBe(true);
  });

  it('may be a question, or need one', async () => {
    shop.service.always(service.hears('How many phones are there?'));
    expect(await shop.api.parsed(await speak(shop.api, 'spoken.ogg'))).toMatchObject({ status: 'done' });
    shop.service.always(service.hears('کفش‌ها رو ارزون کن'));
    const asked = await shop.api.parsed(await speak(shop.api, 'spoken.ogg', { language: 'fa' }));
    expect(asked).toMatchObject({ status: 'clarify', language: 'fa' });
  });

  it('under the same client request id is heard once', async () => {
    shop.service.always(service.hears(ENGLISH));
    const fields = { clientRequestId: 'phone-1' };
    const [first, second] = [
      await speak(shop.api, 'spoken.ogg', fields),
      await speak(shop.api, 'spoken.wav', fields),
    ];
    expect(second).toBe(first);
    previewed(await shop.api.parsed(first));
    expect(await speak(shop.api, 'spoken.ogg', fields)).toBe(first);
    expect(shop.service.requests).toHaveLength(1);
  });

  it('is heard by nobody once it is given up: the service is hung up on', async () => {
    shop.service.always(service.neverAnswers);
    const draftId = await speak(shop.api, 'spoken.ogg');
    await until('the service is asked', () => shop.service.requests.length === 1);
    await shop.api.expectStatus(202, 'POST', `/ai/drafts/${draftId}/cancel`);
    await until('the service is hung up on', () => shop.service.requests[0]!.aborted);
    expect(await shop.api.draft(draftId)).toMatchObject({ status: 'cancelled', prompt: '', preview: null });
  });
});

describe('a recording that became no prompt', () => {
  it.each([
    ['NOTHING_HEARD', '  \n'],
    ['TRANSCRIPT_TOO_LONG', 'word '.repeat(401)],
  ])('says so: %s', async (code, text) => {
    shop.service.always(service.hears(text));
    const draft = await shop.api.parsed(await speak(shop.api, 'spoken.ogg', { language: 'fa' }));
    expect(draft).toMatchObject({ status: 'failed', prompt: '', error: { code } });
    expect(draft.error!.message).toMatch(/[\u0600-\u06ff]/);
  });

  it('can be heard again, and then is a draft like any other', async () => {
    const { service: hearing, api } = shop;
    hearing.always(service.fails(401));
    const draftId = await speak(api, 'spoken.mp3');
    const failed = await api.parsed(draftId);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'TRANSCRIPTION_FAILED' } });
    await api.refused('DRAFT_NOT_CANCELLABLE', 'POST', `/ai/drafts/${draftId}/cancel`);

    hearing.always(service.hears(ENGLISH));
    const retried = await api.expectStatus<{ status: string }>(202, 'POST', `/ai/drafts/${draftId}/retry`);
    expect(retried.body.status).toBe('pending');
    const draft = previewed(
      await until('it is read', async () => {
        const now = await api.draft(draftId);
        return now.status === 'preview' ? now : null;
      }),
    );
    expect(draft).toMatchObject({ prompt: ENGLISH, error: null, completedAt: null });
    await api.refused('DRAFT_NOT_RETRIABLE', 'POST', `/ai/drafts/${draftId}/retry`);
  });
});

it('a recording that is too large is told so, though its sender is still sending', async () => {
  const { headers } = await formWith('spoken.ogg');
  const boundary = /boundary=(.*)$/.exec(headers!['content-type']!)![1]!;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n`;
  const raw = Buffer.concat([
    Buffer.from(head),
    Buffer.alloc(30_000_000),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  await shop.api.refused('AUDIO_TOO_LARGE', 'POST', '/ai/audio', undefined, { headers: headers!, raw });
});

describe('the recording of a draft', () => {
  it('can be listened to by a link, and by nobody else', async () => {
    const { service: hearing, server, api } = shop;
    hearing.always(service.hears(ENGLISH));
    const draftId = await speak(api, 'spoken.ogg');
    await api.parsed(draftId);
    const link = await api.get<{ url: string; contentType: string }>(`/ai/drafts/${draftId}/audio`);
    const heard = await fetch(new URL(link.url, server.url));
    expect([heard.status, heard.headers.get('content-type')]).toEqual([200, 'audio/ogg']);
    expect(Buffer.from(await heard.arrayBuffer()).equals(recording('spoken.ogg'))).toBe(true);
    const other = await server.createWorkspace('other');
    await other.client.refused('DRAFT_NOT_FOUND', 'GET', `/ai/drafts/${draftId}/audio`);
    await other.client.refused('DRAFT_NOT_FOUND', 'POST', `/ai/drafts/${draftId}/retry`);
  });
});
