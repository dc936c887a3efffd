/** Secrets from files, as Docker and Kubernetes mount them: `<NAME>_FILE` names the file that holds the value of NAME. */
import { readFileSync } from 'node:fs';
import { SECRET_KEYS, SETTING_KEYS, type SettingKey } from './settings.js';

const FILE_SUFFIX = '_FILE';
/** A file of this size is no secret: somebody named the wrong one. */
export const SECRET_CHARS_MAX = 65_536;

/** The variables with the content of the files in place of their paths, and what is wrong with them. */
export function withSecretFiles(given: ReadonlyMap<string, string>): {
  given: ReadonlyMap<string, string>;
  problems: string[];
} {
  const values = new Map(given);
  const problems: string[] = [];
  for (const key of SETTING_KEYS) {
    const fileKey = key + FILE_SUFFIX;
    const path = given.get(fileKey);
    if (path === undefined || (SETTING_KEYS as string[]).includes(fileKey)) continue;
    values.delete(fileKey);
    if (!SECRET_KEYS.includes(key))
      problems.push(`${fileKey} is not a setting: only secrets come from files, and ${key} is none`);
    else if (given.has(key)) problems.push(`${key} and ${fileKey} cannot both be set`);
    else readInto(values, key, path, problems);
  }
  return { given: values, problems };
}

/** Editors and `echo` end a file with a line break that is no part of the secret. */
function readInto(values: Map<string, string>, key: SettingKey, path: string, problems: string[]): void {
  const fileKey = key + FILE_SUFFIX;
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push(`${fileKey}: "${path}" cannot be read (${code ?? 'unknown reason'})`);
    return;
  }
  if (text.trim() === '') problems.push(`${fileKey}: "${path}" is empty`);
  else if (text.length > SECRET_CHARS_MAX)
    problems.push(`${fileKey}: "${path}" is longer than ${SECRET_CHARS_MAX} characters`);
  else values.set(key, text);
}
