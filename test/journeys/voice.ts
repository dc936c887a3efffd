/** A program that hears, the service that hears for it, and a client that speaks. */
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import type { ApiClient, SendOptions } from '../support/api-client.js';
import { ModelServer } from '../support/model-server/model-server.js';
import { recording, type RecordingName } from '../support/recordings/recordings.js';
import { TestServer, type Environment } from '../support/server.js';
import { until } from '../support/until.js';
import { PERSIAN, PHONES } from './shop.js';

export const VOICE_KEY = 'sk-voice-0123456789abcdef';

export interface VoiceShop {
  service: ModelServer;
  server: TestServer;
  api: ApiClient;
  stop(): Promise<void>;
}

/** `entry`: another file to start than the program's own. */
export async function voiceShop(environment: Environment = {}, entry?: string): Promise<VoiceShop> {
  const service = await ModelServer.start();
  try {
    const server = await TestServer.start({
      ...(entry === undefined ? {} : { entry }),
      environment: {
        TRANSCRIPTION_BASE_URL: service.url,
        TRANSCRIPTION_API_KEY: VOICE_KEY,
        TRANSCRIPTION_MODEL: 'whisper-1',
        ...environment,
      },
    });
    const api = server.client;
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    return {
      service,
      server,
      api,
      async stop() {
        await server.stop();
        await service.close();
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}

export interface Fields {
  language?: string;
  clientRequestId?: string;
}

/** A recording as a browser sends it. */
export async function formWith(name: RecordingName, fields: Fields = {}): Promise<SendOptions> {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(recording(name))], name));
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  const encoded = new Response(form);
  return {
    headers: { 'content-type': encoded.headers.get('content-type')! },
    raw: new Uint8Array(await encoded.arrayBuffer()),
  };
}

export async function speak(api: ApiClient, name: RecordingName, fields?: Fields): Promise<string> {
  const form = await formWith(name, fields);
  const answer = await api.expectStatus<{ draftId: string }>(202, 'POST', '/ai/audio', undefined, form);
  return answer.body.draftId;
}

/** The draft once its recording is gone. */
export const withoutAudio = (api: ApiClient, draftId: string): Promise<DraftView> =>
  until('the recording is deleted', async () => {
    const draft = await api.draft(draftId);
    return draft.audio?.deletedAt ? draft : null;
  });
