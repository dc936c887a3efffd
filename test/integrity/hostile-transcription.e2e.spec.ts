/** A transcription service that goes wrong in every way we know of: each recording ends, and can be tried again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewed, type ApiClient } from '../support/api-client.js';
import * as service from '../support/model-server/behaviours.js';
import type { Behaviour } from '../support/model-server/model-server.js';
import { until } from '../support/until.js';
import { speak, voiceShop, VOICE_KEY, type VoiceShop } from '../journeys/voice.js';

const TIMEOUT_MS = 1_000;
/** Time-outs of one recording and of those before it in the lane, pauses between tries, and a busy machine. */
const END_MS_MAX = 20_000;
/** Far below the time-out that the recording beside it may be waiting for, times three tries. */
const TYPED_MS_MAX = 3_000;

const HOSTILE: Record<string, Behaviour> = {
  'never answers': service.neverAnswers,
  'sends a byte now and then': service.drips(50),
  'fails with 500': service.fails(500),
  'asks to come back late': service.fails(429, { 'retry-after': '120' }),
  'throws the key back': service.throwsKeyBack,
  'cuts the connection in the middle': service.cutsOff,
  'hangs up': service.hangsUp,
  'sends broken JSON': service.sendsText('{"text":', 'application/json'),
  'sends a web page': service.sendsText('<html>hello</html>', 'text/html'),
  'sends no text': service.sends({ words: [] }),
  'sends ten megabytes': (response, request) => service.floods(10_000_000)(response, request),
};
const SENTENCE = 'set the stock of sku CASE-1 to twelve';

async function breakerOf(api: ApiClient): Promise<string> {
  const { components } = (await api.get('/health/detailed')) as {
    components: { transcription: { breakers: Record<string, string> } };
  };
  return components.transcription.breakers['whisper-1']!;
}

let shop: VoiceShop;
beforeAll(async () => {
  shop = await voiceShop({ TRANSCRIPTION_TIMEOUT_MS: String(TIMEOUT_MS), LOG_LEVEL: 'debug' });
});
afterAll(() => shop?.stop());

it('leaves no recording without an end, no typed draft waiting, no key in a log, and nothing that cannot be made good', async () => {
  const { api, service: hearing, server } = shop;
  const failed: string[] = [];
  for (const [way, behaviour] of Object.entries(HOSTILE)) {
    hearing.always(behaviour);
    const startedAt = performance.now();
    const draftId = await speak(api, 'spoken.ogg');
    // Beside it, whoever types sees nothing of it.
    const typedAt = performance.now();
    previewed(await api.say(SENTENCE));
    const isQuick = performance.now() - typedAt < TYPED_MS_MAX;
    expect({ way, isQuick }).toEqual({ way, isQuick: true });
    const draft = await api.parsed(draftId);
    expect({ way, status: draft.status, code: draft.error?.code }).toEqual({
      way,
      status: 'failed',
      code: 'TRANSCRIPTION_FAILED',
    });
    expect({ way, isSoon: performance.now() - startedAt < END_MS_MAX }).toEqual({ way, isSoon: true });
    failed.push(draftId);
  }

  hearing.always(service.hears(SENTENCE));
  for (const draftId of failed) {
    await until('the breaker lets somebody try', async () => (await breakerOf(api)) !== 'open');
    const { position } = await api.expectStatus(202, 'POST', `/ai/drafts/${draftId}/retry`);
    await api.get(`/ai/drafts/${draftId}`, position);
    expect(previewed(await api.parsed(draftId))).toMatchObject({ prompt: SENTENCE, error: null });
  }
  expect(await breakerOf(api)).toBe('closed');
  expect(server.running.log()).not.toContain(VOICE_KEY);
});
