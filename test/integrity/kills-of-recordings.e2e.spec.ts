/** The program dies on the way of a recording: what was said is heard, and no file stays that nobody knows of. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { formWith, speak, voiceShop, withoutAudio, type VoiceShop } from '../journeys/voice.js';
import { crashAt, describePoint, type CrashPoint } from '../support/crash-point.js';
import * as service from '../support/model-server/behaviours.js';
import { until } from '../support/until.js';
import { CRASHING_MAIN, expectSound, patiently, throughDeath } from './kill-case.js';

const SENTENCE = 'increase the stock of sku CASE-1 by five';

let shop: VoiceShop;
let api: ApiClient;
beforeAll(async () => {
  shop = await voiceShop({ AUDIO_KEEP_HOURS: '0' }, CRASHING_MAIN);
  api = shop.api;
});
afterAll(() => shop?.stop());

const cases = (...points: CrashPoint[]) => points.map((point) => ({ name: describePoint(point), point }));

async function files(): Promise<number> {
  const { rows } = await shop.server.data.database.query<{ count: number }>(
    'SELECT count(*)::integer FROM files',
  );
  return rows[0]!.count;
}

/** An hour goes by for the jobs that delete recordings. */
const hourLater = () =>
  shop.server.data.database.query(
    `UPDATE graphile_worker._private_jobs jobs
       SET run_at = now(), payload = jsonb_set(payload::jsonb, '{since}', to_jsonb($1::text))
      FROM graphile_worker._private_tasks tasks
     WHERE tasks.id = jobs.task_id AND tasks.identifier = 'delete-audio'`,
    [new Date(Date.now() - 3_600_000).toISOString()],
  );

describe('a recording that is repeated until it is answered', () => {
  it.each(
    cases(
      crashAt('before', 'append:DraftCreated'),
      crashAt('after', 'append:DraftCreated'),
      crashAt('after', 'deliver:saga.transcribe-audio'),
      crashAt('before', 'append:Transcribed'),
      crashAt('after', 'append:Transcribed'),
      crashAt('before', 'append:AudioDeleted'),
      crashAt('after', 'append:AudioDeleted'),
    ),
  )('is heard, and applied once, through a death $name', async ({ point }) => {
    shop.service.always(service.hears(SENTENCE));
    const before = (await api.product('CASE-1')).stock;
    const fields = { clientRequestId: randomUUID() };
    const draftId = await throughDeath(shop.server, point, async () => {
      const id = await patiently(() => speak(api, 'spoken.ogg', fields));
      await patiently(() => withoutAudio(api, id));
      return id;
    });
    const draft = await api.previewOf(draftId);
    expect(draft).toMatchObject({ prompt: SENTENCE });
    await api.confirm(draft);
    await api.until(draftId, 'done');
    expect((await api.product('CASE-1')).stock).toBe(before + 5);
    const types = (await api.events(draftId)).map(({ type }) => type);
    for (const once of ['Transcribed', 'AudioDeleted', 'Executed'])
      expect(types.filter((type) => type === once)).toHaveLength(1);
    expect(await files()).toBe(0);
  });

  it('fails once, and can be heard again, through a death before append:TranscriptionFailed', async () => {
    shop.service.always(service.fails(401));
    const point = crashAt('before', 'append:TranscriptionFailed');
    const draftId = await throughDeath(shop.server, point, async () => {
      const id = await patiently(() => speak(api, 'spoken.ogg', { clientRequestId: randomUUID() }));
      await patiently(() => api.until(id, 'failed'));
      return id;
    });
    shop.service.always(service.hears(SENTENCE));
    const again = crashAt('after', 'append:TranscriptionRetried');
    await throughDeath(shop.server, again, async () => {
      await patiently(() => api.send('POST', `/ai/drafts/${draftId}/retry`));
      await patiently(() => withoutAudio(api, draftId));
    });
    expect(await api.previewOf(draftId)).toMatchObject({ prompt: SENTENCE, error: null });
  });
});

it('a recording whose client never comes back is deleted within two hours', async () => {
  const { server } = shop;
  expect(await server.running.ask(crashAt('before', 'append:DraftCreated'))).toBe('armed');
  const form = await formWith('spoken.ogg');
  await api.send('POST', '/ai/audio', undefined, form).catch(() => undefined);
  await server.exit();
  await server.restart();
  expect(await files()).toBe(1);
  await hourLater();
  await until('the file is gone', async () => (await files()) === 0);
});

it('leaves nothing undone, doubled or unseen after all of these deaths', async () => {
  await shop.server.kill('SIGTERM');
  await shop.server.restart('src/main.ts');
  await expectSound(shop.server);
});
