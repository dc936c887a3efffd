/** API keys: long random texts, of which only the SHA-256 is stored. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: guessing is hopeless, so one round of SHA-256 is enough and costs a request nothing. */
const KEY_BYTES = 32;

/** The prefix lets secret scanners and people recognise a leaked key. */
export const generateApiKey = () => `dh_${randomBytes(KEY_BYTES).toString('base64url')}`;

export const hashApiKey = (apiKey: string): Buffer => createHash('sha256').update(apiKey, 'utf8').digest();
