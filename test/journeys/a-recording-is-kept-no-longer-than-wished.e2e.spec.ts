import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewed } from '../support/api-client.js';
import * as service from '../support/model-server/behaviours.js';
import { recording } from '../support/recordings/recordings.js';
import { startS3Server } from '../support/s3-server.js';
import { formWith, speak, voiceShop, withoutAudio, type VoiceShop } from './voice.js';

const ENGLISH = 'Lower the price of the iPhone seventeen silver by ten percent.';

describe('recordings that are not kept', () => {
  const stores: [string, () => Promise<Store>][] = [
    ['PostgreSQL', inPostgres],
    ['a folder', inFolder],
    ['S3', inS3],
  ];

  it.each(stores)('are deleted from %s once they were heard', async (_, open) => {
    const store = await open();
    const deleting = await voiceShop({ AUDIO_KEEP_HOURS: '0', ...store.environment });
    try {
      deleting.service.always(service.hears(ENGLISH));
      const draftId = await speak(deleting.api, 'spoken.m4a');
      const draft = previewed(await deleting.api.parsed(draftId));
      await withoutAudio(deleting.api, draftId);
      expect(await store.files(deleting)).toBe(0);
      await deleting.api.refused('AUDIO_GONE', 'GET', `/ai/drafts/${draftId}/audio`);
      await deleting.api.confirm(draft);
      await deleting.api.until(draftId, 'done');

      // One that was not heard is kept, to be tried again, and can be listened to.
      deleting.service.always(service.fails(401));
      const failed = await deleting.api.parsed(await speak(deleting.api, 'spoken.ogg'));
      expect(failed).toMatchObject({ status: 'failed', audio: { deletedAt: null } });
      const { url } = await deleting.api.get<{ url: string }>(`/ai/drafts/${failed.draftId}/audio`);
      const heard = await fetch(new URL(url, deleting.server.url));
      expect(Buffer.from(await heard.arrayBuffer()).equals(recording('spoken.ogg'))).toBe(true);
      expect(await store.files(deleting)).toBe(1);
    } finally {
      await deleting.stop();
      await store.close();
    }
  });

  interface Store {
    environment: Record<string, string>;
    /** How many files there are. */
    files(shop: VoiceShop): Promise<number>;
    close(): Promise<void>;
  }

  async function inPostgres(): Promise<Store> {
    return {
      environment: {},
      files: async ({ server }) => {
        const { rows } = await server.data.database.query<{ count: number }>(
          'SELECT count(*)::integer FROM files',
        );
        return rows[0]!.count;
      },
      close: async () => undefined,
    };
  }

  async function inFolder(): Promise<Store> {
    const folder = await mkdtemp(join(tmpdir(), 'drafthorse-voice-'));
    return {
      environment: { FILES_URL: `file://${folder}` },
      files: async () => {
        const found = await readdir(folder, { recursive: true, withFileTypes: true });
        return found.filter((entry) => entry.isFile()).length;
      },
      close: () => rm(folder, { recursive: true }),
    };
  }

  async function inS3(): Promise<Store> {
    const server = await startS3Server();
    const { bucket, endpoint, credentials } = server.settings;
    return {
      environment: {
        FILES_URL: `s3://${bucket}/shop`,
        S3_ENDPOINT: endpoint!,
        S3_PATH_STYLE: 'on',
        S3_ACCESS_KEY_ID: credentials!.accessKeyId,
        S3_SECRET_ACCESS_KEY: credentials!.secretAccessKey,
      },
      files: () => server.objects(),
      close: () => server.close(),
    };
  }
});

it('a program that nobody hears for takes no recordings', async () => {
  const deaf = await voiceShop({
    TRANSCRIPTION_MODEL: '',
    TRANSCRIPTION_BASE_URL: '',
    TRANSCRIPTION_API_KEY: '',
  });
  try {
    const form = await formWith('spoken.ogg');
    await deaf.api.refused('VOICE_NOT_CONFIGURED', 'POST', '/ai/audio', undefined, form);
  } finally {
    await deaf.stop();
  }
});
