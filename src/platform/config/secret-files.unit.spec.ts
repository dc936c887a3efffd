import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.js';
import { SECRET_CHARS_MAX } from './secret-files.js';
import { NOT_SUPPORTED_YET, SECRET_KEYS, SETTING_KEYS } from './settings.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secret-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(content: string): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, content);
  return path;
}

const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('a secret in a file', () => {
  it.each(['key-from-a-file', 'key-from-a-file\n', 'key-from-a-file\r\n'])(
    'is read from %j',
    async (content) => {
      const { settings, secrets } = readConfig({ DRAFTHORSE_API_KEY_FILE: await fileOf(content) });
      expect(settings.DRAFTHORSE_API_KEY).toBe('key-from-a-file');
      expect(secrets).toEqual(['key-from-a-file']);
    },
  );

  it.each(SECRET_KEYS)('may be %s', (key) => {
    const missing = join(folder, 'none');
    expect(problemsOf({ [`${key}_FILE`]: missing })[0]).toBe(
      `${key}_FILE: "${missing}" cannot be read (ENOENT)`,
    );
  });

  it('is parsed like one in a variable, and never shown', async () => {
    const problems = problemsOf({ DATABASE_URL_FILE: await fileOf('mysql://root:hunter2@db') });
    expect(problems).toEqual([expect.stringContaining('DATABASE_URL')]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('and in a variable at once stops the start', async () => {
    const LLM_API_KEY_FILE = await fileOf('a');
    expect(problemsOf({ LLM_API_KEY: 'b', LLM_API_KEY_FILE })).toEqual([
      'LLM_API_KEY and LLM_API_KEY_FILE cannot both be set',
    ]);
  });

  it('that is not there, is a folder, is empty or is no secret stops the start and says which', async () => {
    const missing = join(folder, 'none');
    expect(problemsOf({ LLM_API_KEY_FILE: missing })).toEqual([
      `LLM_API_KEY_FILE: "${missing}" cannot be read (ENOENT)`,
    ]);
    expect(problemsOf({ LLM_API_KEY_FILE: folder })[0]).toContain('cannot be read (EISDIR)');
    expect(problemsOf({ LLM_API_KEY_FILE: await fileOf('\n') })[0]).toContain('is empty');
    const large = await fileOf('x'.repeat(SECRET_CHARS_MAX + 1));
    expect(problemsOf({ LLM_API_KEY_FILE: large })[0]).toContain(`longer than ${SECRET_CHARS_MAX}`);
  });

  it('is for secrets: other settings say so', async () => {
    expect(problemsOf({ PORT_FILE: await fileOf('80') })[0]).toContain('PORT is none');
  });
});

it('what is called a key, a password or a secret is one', () => {
  const named = SETTING_KEYS.filter((key) => /(_KEY|_KEY_ID|PASSWORD|SECRET\w*|TOKEN)$/.test(key));
  expect(SECRET_KEYS).toEqual(expect.arrayContaining(named));
  expect(SECRET_KEYS).toEqual(expect.arrayContaining(['DATABASE_URL', 'REDIS_URL', ...NOT_SUPPORTED_YET]));
});
