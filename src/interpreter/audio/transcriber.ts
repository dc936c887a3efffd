/**
 * The transcriber port: a recording → what was said. One implementation: a service that speaks the OpenAI protocol
 * (`service/`). Nothing of it decides anything: its text is a prompt like one that was typed.
 */
import type { Language } from '../interpreter.js';

export interface AudioToHear {
  content: Uint8Array<ArrayBuffer>;
  /** Services go by the ending of a file's name, not by its type. */
  extension: string;
  contentType: string;
  /** As the speaker named it; null: to be found out. */
  language: Language | null;
}

export interface Heard {
  /** Trimmed; empty where nothing was said. */
  text: string;
  /** As the service says; null where it says none of ours. */
  language: Language | null;
  /** Null where the service does not measure. */
  seconds: number | null;
}

export interface Transcriber {
  readonly model: string;
  /**
   * Bounded in time and bytes. Throws TranscriptionError, whatever the service does. `signal` aborts the request under
   * way.
   */
  hear(audio: AudioToHear, signal: AbortSignal): Promise<Heard>;
}

export class TranscriptionError extends Error {
  constructor(
    /** From a closed list, for the log; what the service says may hold its key and is not passed on. */
    readonly code: string,
    /** We gave up ourselves: the recording is to be heard another time. */
    readonly isAborted: boolean,
  ) {
    super(`the recording was not transcribed: ${code}`);
    this.name = 'TranscriptionError';
  }
}
