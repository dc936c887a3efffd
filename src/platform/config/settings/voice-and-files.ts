/** Recordings, the service that hears them, and where uploads are kept. */
import { z } from 'zod';
import { onOff, setting, urlOf, whole, type Setting } from './definition.js';

/** Where uploads are kept, as FILES_URL says it. */
export type FilesPlace = { kind: 'folder'; path: string } | { kind: 's3'; bucket: string; prefix: string };

/** `file:///folder` or `s3://bucket/prefix`; null: neither. */
function filesPlaceIn(text: string): FilesPlace | null {
  const s3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/.exec(text);
  if (s3) return { kind: 's3', bucket: s3[1]!, prefix: s3[2]!.slice(1) };
  if (!URL.canParse(text)) return null;
  const { protocol, host, pathname } = new URL(text);
  if (protocol !== 'file:' || host !== '' || pathname === '/') return null;
  return { kind: 'folder', path: decodeURIComponent(pathname) };
}

export const VOICE_AND_FILE_SETTINGS = {
  TRANSCRIPTION_MODEL: setting({
    schema: z.string().regex(/^\S{1,100}$/, 'the name of a model'),
    fallback: null,
    unit: 'name',
    reason: 'Model that hears recordings, such as whisper-1; unset: prompts are typed, recordings refused',
  }),
  TRANSCRIPTION_BASE_URL: setting({
    schema: urlOf('http:', 'https:'),
    fallback: null,
    unit: 'URL',
    reason:
      'Server with /audio/transcriptions of the OpenAI protocol, up to and with /v1; unset: the one of LLM_BASE_URL',
  }),
  TRANSCRIPTION_API_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason:
      'Key of that server; unset: LLM_API_KEY where the server is that of LLM_BASE_URL, and none anywhere else',
    secret: true,
  }),
  TRANSCRIPTION_TIMEOUT_MS: setting({
    schema: whole(100, 600_000),
    fallback: '60000',
    unit: 'milliseconds',
    reason: 'Of one request for a transcription; requests that fail sooner are repeated twice',
  }),
  AUDIO_BYTES_MAX: setting({
    schema: whole(1_024, 100_000_000),
    fallback: '26214400',
    unit: 'bytes',
    reason: 'Largest recording; what transcription services commonly take',
  }),
  AUDIO_SECONDS_MAX: setting({
    schema: whole(1, 86_400),
    fallback: '120',
    unit: 'seconds',
    reason: 'Longest recording, where its container tells how long it is',
  }),
  AUDIO_KEEP_HOURS: setting({
    schema: whole(0, 87_600),
    fallback: '24',
    unit: 'hours',
    reason:
      'How long a recording is kept once it was transcribed; 0: not at all. One that could not be transcribed is kept for 24 hours at least, to be tried again',
  }),
  FILES_URL: setting({
    schema: z.string().transform((text, context) => {
      const place = filesPlaceIn(text);
      if (place) return place;
      context.addIssue({ code: 'custom', message: 'file:///a/folder or s3://bucket/prefix' });
      return z.NEVER;
    }),
    fallback: null,
    unit: 'URL',
    reason:
      'Where uploads are kept until they are done with: `file:///a/folder` that all processes share, or `s3://bucket/prefix`; unset: in PostgreSQL',
  }),
  S3_ENDPOINT: setting({
    schema: urlOf('http:', 'https:'),
    fallback: null,
    unit: 'URL',
    reason: 'Server that speaks the protocol of S3; unset: that of Amazon',
  }),
  S3_REGION: setting({
    schema: z.string().regex(/^[\w-]{1,50}$/),
    fallback: 'us-east-1',
    unit: 'name',
    reason: 'Region of the bucket',
  }),
  S3_PATH_STYLE: setting({
    schema: onOff,
    fallback: 'off',
    unit: 'on | off',
    reason: 'The bucket in the path and not in the host name, as most servers of your own want it',
  }),
  S3_ACCESS_KEY_ID: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason:
      "Goes with S3_SECRET_ACCESS_KEY; unset: as the machine provides it, by its role or the AWS SDK's own variables",
    secret: true,
  }),
  S3_SECRET_ACCESS_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason: 'Goes with S3_ACCESS_KEY_ID',
    secret: true,
  }),
} satisfies Record<string, Setting>;
