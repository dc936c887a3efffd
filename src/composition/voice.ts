/** Who hears recordings: a service of the OpenAI protocol, or nobody. */
import type { ComponentHealth, RecordingKeeper } from '../api/ports.js';
import { OpenAiTranscriber } from '../interpreter/audio/service/openai-transcriber.js';
import type { Settings } from '../platform/config/config.js';
import type { JobQueue } from '../platform/jobs/job-queue.js';
import { AUDIO_UNCLAIMED_MS, deleteAudioRequest } from '../sagas/transcribe-audio/delete-audio.js';
import type { ModelMetrics } from '../api/operations/model-metrics.js';

export const isVoiceConfigured = (settings: Settings) => settings.TRANSCRIPTION_MODEL !== null;

/** Null where nobody is set up, or this process runs no jobs. `metrics` is asked for only where they would move. */
export function transcriberOf(settings: Settings, metrics: () => ModelMetrics): OpenAiTranscriber | null {
  const { TRANSCRIPTION_MODEL: model, TRANSCRIPTION_BASE_URL, LLM_BASE_URL, LLM_API_KEY } = settings;
  const baseUrl = TRANSCRIPTION_BASE_URL ?? LLM_BASE_URL;
  if (model === null || baseUrl === null || !settings.ROLES.includes('sagas')) return null;
  // The models' key goes to the models' server and nowhere else.
  const ownKey = baseUrl === LLM_BASE_URL ? LLM_API_KEY : null;
  const apiKey = settings.TRANSCRIPTION_API_KEY ?? ownKey;
  const timeoutMs = settings.TRANSCRIPTION_TIMEOUT_MS;
  return new OpenAiTranscriber({ baseUrl, apiKey, model, timeoutMs }, metrics());
}

/** Never `down`: prompts can be typed, and failed recordings be tried again. */
export const transcriberHealth = ({ model, breakerState }: OpenAiTranscriber): ComponentHealth => ({
  status: breakerState === 'closed' ? 'up' : 'degraded',
  breakers: { [model]: breakerState },
});

/** Before a recording is stored, a job is that deletes it: also where no draft ever comes of it. */
export const recordingKeeper = (jobs: Pick<JobQueue, 'add'>): RecordingKeeper => ({
  watch: (recording) => {
    const now = Date.now();
    const unclaimed = { since: new Date(now).toISOString(), atLeastMs: AUDIO_UNCLAIMED_MS };
    return jobs.add([deleteAudioRequest({ ...recording, ...unclaimed }, new Date(now + AUDIO_UNCLAIMED_MS))]);
  },
});
