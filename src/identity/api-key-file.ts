/** The owner's key of an installation that was given none: made once and kept in the data folder. */
import path from 'node:path';
import { secretFromFile } from '../platform/secret-file.js';
import { generateApiKey } from './keys/api-key.js';

/** Readable by the owner of the process only. Any number of processes may start at once: all get the same key. */
export async function apiKeyFromFile(
  dataDir: string,
): Promise<{ apiKey: string; file: string; created: boolean }> {
  const file = path.resolve(dataDir, 'api-key');
  const { secret, created } = await secretFromFile(file, generateApiKey);
  return { apiKey: secret, file, created };
}
