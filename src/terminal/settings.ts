/** Where the server is and which key opens it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const URL_DEFAULT = 'http://127.0.0.1:3000';
const DATA_DIR_DEFAULT = '.drafthorse';
const KEY_FILE = 'api-key';

export interface Access {
  url: string;
  apiKey: string;
}

export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}

/** `--url` before DRAFTHORSE_URL; DRAFTHORSE_API_KEY before the file the server keeps in DATA_DIR. Throws SettingsError. */
export function readAccess(
  environment: Readonly<Record<string, string | undefined>>,
  options: { url?: string | undefined; workingDirectory: string },
): Access {
  const url = options.url ?? given(environment.DRAFTHORSE_URL) ?? URL_DEFAULT;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new SettingsError(`“${url}” is not an address such as ${URL_DEFAULT}`);
  const apiKey = given(environment.DRAFTHORSE_API_KEY);
  if (apiKey !== null) return { url, apiKey: headerSafe(apiKey, 'DRAFTHORSE_API_KEY') };
  const folder = given(environment.DATA_DIR) ?? DATA_DIR_DEFAULT;
  const file = join(resolve(options.workingDirectory, folder), KEY_FILE);
  return { url, apiKey: headerSafe(keyIn(file), file) };
}

const given = (value: string | undefined): string | null => value?.trim() || null;

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new SettingsError(
      `no key: set DRAFTHORSE_API_KEY, or run where the server keeps one (looked in ${file})`,
    );
  }
}

/** Never the key itself in the message. */
function headerSafe(key: string, source: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw new SettingsError(`the key in ${source} is not printable ASCII without spaces`);
}
