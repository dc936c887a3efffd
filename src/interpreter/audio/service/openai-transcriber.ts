/**
 * Recordings heard by a service that speaks the OpenAI protocol (`POST /audio/transcriptions`), behind the same breaker
 * and retries as the language models. Bounded in time and bytes.
 */
import OpenAI, { toFile } from 'openai';
import { boundedFetch } from '../../llm/client/bounded-fetch.js';
import { modelErrorOf, withoutKey } from '../../llm/client/model-client.js';
import { isModelError, type ModelErrorCode } from '../../llm/client/model-error.js';
import { ModelBreaker } from '../../llm/resilience/model-breaker.js';
import type { BreakerState, ModelObserver } from '../../llm/resilience/observer.js';
import { RETRY_POLICY, withRetries, type RetryPolicy } from '../../llm/resilience/retry.js';
import { TranscriptionError, type AudioToHear, type Heard, type Transcriber } from '../transcriber.js';
import { heardIn } from './transcription.js';

/** See the settings TRANSCRIPTION_* for what each means. */
export interface TranscriptionSettings {
  baseUrl: string;
  /** Servers of one's own may need none. */
  apiKey: string | null;
  model: string;
  /** Of one request. */
  timeoutMs: number;
  retry?: RetryPolicy;
}

/** `verbose_json` tells language and length; newer models know `json` only. */
type Format = 'verbose_json' | 'json';
const MAY_BE_FORMAT: ReadonlySet<number | null> = new Set([400, 422]);

export class OpenAiTranscriber implements Transcriber {
  private readonly openai: OpenAI;
  private readonly breaker: ModelBreaker;
  private format: Format = 'verbose_json';

  /** Close it when done: breakers have clocks. */
  constructor(
    private readonly settings: TranscriptionSettings,
    private readonly observer: ModelObserver = {},
  ) {
    this.openai = new OpenAI({
      baseURL: settings.baseUrl,
      apiKey: settings.apiKey ?? 'none',
      maxRetries: 0,
      // The signal below ends a request; the library's own clock only must not come first.
      timeout: settings.timeoutMs + 60_000,
      logLevel: 'off',
      organization: null,
      project: null,
      fetch: boundedFetch(globalThis.fetch),
    });
    this.breaker = new ModelBreaker(settings.model, observer);
  }

  get model(): string {
    return this.settings.model;
  }

  /** For health. */
  get breakerState(): BreakerState {
    return this.breaker.state;
  }

  async hear(audio: AudioToHear, signal: AbortSignal): Promise<Heard> {
    try {
      return await withRetries(
        () => this.breaker.run(() => this.send(audio, signal)),
        signal,
        this.settings.retry ?? RETRY_POLICY,
      );
    } catch (error) {
      if (!isModelError(error)) throw error;
      throw new TranscriptionError(error.code, error.code === 'cancelled');
    }
  }

  close(): void {
    this.breaker.close();
  }

  private async send(audio: AudioToHear, signal: AbortSignal): Promise<Heard> {
    const format = this.format;
    try {
      return await this.observed(audio, format, signal);
    } catch (error) {
      if (!isModelError(error) || !MAY_BE_FORMAT.has(error.status) || format === 'json') throw error;
      const heard = await this.observed(audio, 'json', signal);
      this.format = 'json';
      return heard;
    }
  }

  private async observed(audio: AudioToHear, format: Format, signal: AbortSignal): Promise<Heard> {
    const startedAt = performance.now();
    const ended = (error: ModelErrorCode | null) =>
      this.observer.requestEnded?.(this.model, error, performance.now() - startedAt);
    try {
      const heard = await this.request(audio, format, signal);
      ended(null);
      return heard;
    } catch (error) {
      ended(isModelError(error) ? error.code : 'network');
      throw error;
    }
  }

  private async request(
    { content, extension, contentType, language }: AudioToHear,
    format: Format,
    signal: AbortSignal,
  ): Promise<Heard> {
    const timeout = AbortSignal.timeout(this.settings.timeoutMs);
    try {
      const body: unknown = await this.openai.audio.transcriptions.create(
        {
          file: await toFile(content, `recording.${extension}`, { type: contentType }),
          model: this.settings.model,
          response_format: format,
          temperature: 0,
          ...(language ? { language } : {}),
        },
        { signal: AbortSignal.any([signal, timeout]) },
      );
      const heard = heardIn(body);
      return { ...heard, text: withoutKey(heard.text, this.settings.apiKey) };
    } catch (error) {
      throw modelErrorOf(error, signal.aborted, timeout.aborted);
    }
  }
}
