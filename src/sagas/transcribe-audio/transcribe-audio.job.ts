/** From a recording to its words: the draft's prompt, or a failure that can be tried again. */
import { PROMPT_CHARS_MAX } from '../../commands/draft/create-draft.js';
import {
  awaitsTranscription,
  languageByLetters,
  type Draft,
  type Recording,
} from '../../commands/draft/draft.decider.js';
import { failTranscription, recordTranscribed } from '../../commands/draft/transcribe-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import type { DraftError } from '../../events/draft.events.js';
import { TranscriptionError, type Heard, type Transcriber } from '../../interpreter/audio/transcriber.js';
import type { Said } from '../../planning/texts.js';
import { extensionOf } from '../../platform/audio/audio-types.js';
import { FileStoreError, type FileStore } from '../../platform/files/file-store.js';
import { defineJob } from '../../platform/jobs/job.js';
import { DraftWork } from '../draft-work.js';
import { DraftJob } from '../saga.js';
import { whileAwaited, type Awaited } from '../while-awaited.js';
import { draftError } from '../texts.js';
import { texts } from './texts.js';

export const TRANSCRIBE_AUDIO_JOB = 'transcribe-audio';

/** Of the job, each after a longer pause: ten minutes in all. Those of the service have their own within one. */
const TRIES_MAX = 6;

export interface TranscribeAudioPorts {
  writer: StreamWriter;
  files: FileStore;
  /** Null: this process was started without one, after the recording had come. */
  transcriber: Transcriber | null;
  /** A failure of the service, by code: what operators look at. */
  onFailure(failure: { draftId: string; workspaceId: string; code: string }): void;
  now(): Date;
}

export const transcribeAudioJob = (ports: TranscribeAudioPorts) =>
  defineJob<DraftJob>({
    name: TRANSCRIBE_AUDIO_JOB,
    lane: 'voice',
    payload: DraftJob,
    async run({ draftId, cause }, { number, lastAttempt, signal }) {
      const job = { cause, name: TRANSCRIBE_AUDIO_JOB, attempt: number };
      const work = await DraftWork.open(ports.writer, draftId, job);
      if (!work || work.draft.status !== 'pending' || !awaitsTranscription(work.draft)) return;
      try {
        await transcribe(ports, work, signal);
      } catch (error) {
        // A file store that is away for long: the user may try again, and is not left waiting for us to.
        if (!lastAttempt && (signal.aborted || number < TRIES_MAX)) throw error;
        fail(work, 'TRANSCRIPTION_FAILED', texts.notHeard());
      }
      await work.save();
    },
  });

async function transcribe(ports: TranscribeAudioPorts, work: DraftWork, signal: AbortSignal): Promise<void> {
  const { draft } = work;
  const startedAt = ports.now().getTime();
  try {
    const heard = await whileAwaited(work, signal, (awaited) => hear(ports, draft, awaited));
    if (heard === 'cancelled') return;
    if (heard === null) fail(work, 'VOICE_NOT_CONFIGURED', texts.nobodyHears());
    else record(work, heard, ports.transcriber!.model, startedAt, ports.now());
  } catch (error) {
    if (error instanceof FileStoreError && error.code === 'FILE_NOT_FOUND')
      return fail(work, 'AUDIO_GONE', texts.recordingGone());
    if (!(error instanceof TranscriptionError) || error.isAborted) throw error;
    const { draftId, workspaceId } = draft;
    ports.onFailure({ draftId, workspaceId, code: error.code });
    fail(work, 'TRANSCRIPTION_FAILED', texts.notHeard());
  }
}

/** Null where there is nobody to hear it; `cancelled` where nobody waits for it any more. */
async function hear(
  { files, transcriber }: TranscribeAudioPorts,
  { workspaceId, audio }: Draft,
  { signal, isCancelled }: Awaited,
): Promise<Heard | 'cancelled' | null> {
  if (!transcriber || !audio) return null;
  const content = await contentOf(files, workspaceId, audio);
  const { contentType, language } = audio;
  const extension = extensionOf(contentType);
  try {
    return await transcriber.hear({ content, contentType, extension, language }, signal);
  } catch (error) {
    if (isCancelled()) return 'cancelled';
    throw error;
  }
}

async function contentOf(files: FileStore, workspaceId: string, { fileId, bytes }: Recording) {
  const content = new Uint8Array(bytes);
  let filled = 0;
  for await (const piece of files.open({ fileId, workspaceId })) {
    content.set(piece, filled);
    filled += piece.length;
  }
  return content;
}

/** Text that is too long is refused, not cut: the rest of a sentence may be what narrows it. */
function record(work: DraftWork, heard: Heard, model: string, startedAt: number, now: Date): void {
  const { text, seconds } = heard;
  if (text === '') return fail(work, 'NOTHING_HEARD', texts.nothingHeard());
  if (text.length > PROMPT_CHARS_MAX)
    return fail(work, 'TRANSCRIPT_TOO_LONG', texts.saidTooMuch(PROMPT_CHARS_MAX));
  const language = heard.language ?? languageByLetters(text);
  const transcribedAt = now.toISOString();
  const latencyMs = now.getTime() - startedAt;
  work.record((draft) =>
    recordTranscribed({ text, language, model, seconds, latencyMs, transcribedAt }, draft),
  );
}

function fail(work: DraftWork, code: string, why: Said): void {
  const error: DraftError = draftError(code, why, work.draft.language);
  work.record((draft, now) => failTranscription(error, draft, now));
}
