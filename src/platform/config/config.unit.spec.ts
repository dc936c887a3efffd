import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.js';
import { configTable, NOT_SUPPORTED_YET, SETTING_KEYS } from './settings.js';

const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('readConfig', () => {
  it('needs nothing: every setting has a default or may be absent', () => {
    const { settings, warnings } = readConfig({ PATH: '/bin', HOME: '/root' });
    expect(settings).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATABASE_URL: null,
      RATE_LIMIT_DRAFTS: 5,
    });
    expect(settings.ROLES).toEqual(['api', 'relay', 'sagas', 'projections']);
    expect(warnings).toEqual([]);
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', KAFKA_BROKERS: ' ' }).settings.PORT).toBe(3000);
  });

  it('says every problem at once', () => {
    expect(problemsOf({ PORT: 'eighty', LOG_LEVEL: 'loud', RATE_LIMIT_DRAFT: '1' })).toHaveLength(3);
  });

  it.each([
    ['RATE_LIMIT_DRAFT', 'did you mean RATE_LIMIT_DRAFTS?'],
    ['KAFKA_BROKER', 'did you mean KAFKA_BROKERS?'],
    ['DATABASE_URI', 'did you mean DATABASE_URL?'],
    ['DRAFTHORSE_COLOUR', 'is not a setting'],
  ])('refuses %s, which %s', (key, message) => {
    expect(problemsOf({ [key]: '1' })[0]).toContain(message);
  });

  it("leaves other programs' variables alone", () => {
    expect(problemsOf({ KAFKA_HEAP_OPTS: '-Xmx1g', REDIS_TLS: '1', DRAFTHORSE_URL: 'http://x' })).toEqual([]);
  });

  it.each(NOT_SUPPORTED_YET)('refuses %s as not supported by this version', (key) => {
    expect(problemsOf({ [key]: 'http://somewhere' })[0]).toContain('not supported by this version');
  });

  it('never prints a secret', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@db',
      DRAFTHORSE_API_KEY: 'with space',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/hunter2|with space/);
  });

  it.each([
    ['file:///var/lib/shop%20files', { kind: 'folder', path: '/var/lib/shop files' }],
    ['s3://recordings', { kind: 's3', bucket: 'recordings', prefix: '' }],
    ['s3://recordings/shop/one/', { kind: 's3', bucket: 'recordings', prefix: 'shop/one' }],
  ])('reads where files are kept from %s', (FILES_URL, place) =>
    expect(readConfig({ FILES_URL }).settings.FILES_URL).toEqual(place),
  );

  it('reads roles as a list without repeats, in a fixed order', () => {
    expect(readConfig({ ROLES: 'sagas, api,api' }).settings.ROLES).toEqual(['api', 'sagas']);
    expect(problemsOf({ ROLES: 'api,web' })[0]).toContain('ROLES');
  });

  it.each([
    [{ IMPORT_BYTES_MAX: '2048' }, 'IMPORT_BYTES_MAX'],
    [{ CORS_ORIGINS: '*,https://a.example' }, 'stands alone'],
    [{ CORS_ORIGINS: 'a.example' }, 'is an origin'],
    [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'me' }, 'needs KAFKA_SASL_PASSWORD'],
    [{ LLM_MODELS: 'a' }, 'LLM_BASE_URL and LLM_MODELS go together'],
    [
      { TRANSCRIPTION_MODEL: 'whisper-1' },
      'TRANSCRIPTION_MODEL needs TRANSCRIPTION_BASE_URL or LLM_BASE_URL',
    ],
    [{ TRANSCRIPTION_BASE_URL: 'http://m/v1' }, 'need TRANSCRIPTION_MODEL'],
    [{ FILES_URL: 's3://bucket', S3_ACCESS_KEY_ID: 'a' }, 'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY'],
    [{ S3_ENDPOINT: 'http://m' }, 'S3_ENDPOINT needs FILES_URL'],
    [{ FILES_URL: 'https://bucket' }, 'FILES_URL'],
    [{ FILES_URL: 'file:///' }, 'FILES_URL'],
    [{ LLM_BASE_URL: 'http://m/v1', LLM_MODELS: 'a,b', LLM_BUDGET_PER_DAY: '5' }, 'LLM_PRICES lacks a, b'],
  ])('refuses the contradiction %j', (environment, message) => {
    expect(problemsOf(environment)[0]).toContain(message);
  });

  it('reads who reads a sentence: one plan for all, or one by tier', () => {
    expect(readConfig({ LLM_ROUTING: 'unsure' }).settings.LLM_ROUTING).toEqual({ '*': 'unsure' });
    expect(readConfig({ LLM_ROUTING: 'free=offline, *=best-first' }).settings.LLM_ROUTING).toEqual({
      free: 'offline',
      '*': 'best-first',
    });
    for (const text of ['free=offline', 'always', '*=always', 'free=offline,free'])
      expect(problemsOf({ LLM_ROUTING: text })[0]).toContain('LLM_ROUTING');
  });

  it('reads prices as decimals, never as numbers', () => {
    const prices = '{"m": {"inputPerMillion": "0.15", "outputPerMillion": "0.6"}}';
    expect(readConfig({ LLM_PRICES: prices }).settings.LLM_PRICES['m']?.inputPerMillion).toBe('0.15');
    for (const text of ['{', '{"m": {"inputPerMillion": 0.15, "outputPerMillion": "0.6"}}', '[]'])
      expect(problemsOf({ LLM_PRICES: text })[0]).toContain('LLM_PRICES');
  });

  it('warns of a key of the models that goes through the net in the clear', () => {
    const warningsFor = (url: string) =>
      readConfig({ LLM_BASE_URL: url, LLM_MODELS: 'm', LLM_API_KEY: 'k' }).warnings;
    expect(warningsFor('http://models.example/v1')[0]).toContain('unencrypted');
    expect(warningsFor('http://127.0.0.1:8000/v1')).toEqual([]);
    expect(warningsFor('https://models.example/v1')).toEqual([]);
  });

  it('warns of a key that can be guessed', () => {
    expect(readConfig({ DRAFTHORSE_API_KEY: 'secret' }).warnings).toHaveLength(1);
  });
});

describe('settings of Kafka', () => {
  it('are a list of brokers and words, read once', () => {
    const { settings } = readConfig({ KAFKA_BROKERS: 'one:9092, [::1]:9093', KAFKA_SSL: 'on' });
    expect(settings).toMatchObject({ KAFKA_BROKERS: ['one:9092', '[::1]:9093'], KAFKA_SSL: true });
  });

  it.each(['one', 'one:9092,', 'http://one:9092'])('refuse %s as brokers', (brokers) => {
    expect(problemsOf({ KAFKA_BROKERS: brokers })[0]).toContain('KAFKA_BROKERS');
  });

  it('warn of a password that travels in the open', () => {
    const sasl = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD: 'x' };
    expect(readConfig(sasl).warnings).toHaveLength(1);
    expect(readConfig({ ...sasl, KAFKA_SSL: 'on' }).warnings).toEqual([]);
  });
});

it('tells default, unit and reason of every setting', () => {
  expect(configTable().map((row) => row.key)).toEqual(SETTING_KEYS);
  expect(configTable().every((row) => row.unit !== '' && row.reason !== '')).toBe(true);
});
