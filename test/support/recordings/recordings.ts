/** Small recordings of each kind: a wavering tone of half a second to one and a half, made by FFmpeg 9. */
import { readFileSync } from 'node:fs';

export const RECORDINGS = [
  'spoken.wav',
  'spoken.mp3',
  'spoken.m4a',
  'spoken.ogg',
  'spoken.webm',
  'live.webm',
] as const;

export type RecordingName = (typeof RECORDINGS)[number];

export const recording = (name: RecordingName): Buffer => readFileSync(new URL(name, import.meta.url));

/** A wav of so many seconds of silence: 1,000 samples a second of one byte each. */
export function silence(seconds: number, saidBytes = seconds * 1_000): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(Math.min(0xffff_ffff, 36 + saidBytes), 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(1_000, 24);
  header.writeUInt32LE(1_000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(saidBytes, 40);
  return Buffer.concat([header, Buffer.alloc(seconds * 1_000, 0x80)]);
}
