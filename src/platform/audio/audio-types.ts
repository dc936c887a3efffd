/** The kinds of recordings that are taken, by what they are called on the way to a listener. */

export const AUDIO_EXTENSIONS = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'audio/webm': 'webm',
} as const;
export type AudioType = keyof typeof AUDIO_EXTENSIONS;
export const AUDIO_TYPES = Object.keys(AUDIO_EXTENSIONS) as AudioType[];

/** `bin` for a type that was taken once and is no more. */
export const extensionOf = (contentType: string): string =>
  (AUDIO_EXTENSIONS as Readonly<Record<string, string>>)[contentType] ?? 'bin';
