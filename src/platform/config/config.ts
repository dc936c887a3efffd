/**
 * Configuration, read once at start from the environment. Anything wrong is fatal and all of it is said at
 * once; nothing else in the program reads the environment.
 */
import type { z } from 'zod';
import { nearName } from './near-name.js';
import { withSecretFiles } from './secret-files.js';
import { NOT_SUPPORTED_YET, SECRET_KEYS, SETTING_KEYS, SETTINGS, type SettingKey } from './settings.js';

/** A value per setting; null where it is unset and has no default. */
export type Settings = {
  readonly [Key in SettingKey]:
    | z.output<(typeof SETTINGS)[Key]['schema']>
    | ((typeof SETTINGS)[Key]['fallback'] extends string ? never : null);
};

export interface Config {
  settings: Settings;
  /** Worth a line in the log, not worth refusing to start. */
  warnings: string[];
  /** Values of secret settings as they were given: what must not be written anywhere. */
  secrets: string[];
}

/** Under these prefixes an unknown key can only be a mistake. */
const OWN_PREFIXES = ['DRAFTHORSE_', 'RATE_LIMIT_'];
/** Other programs' variables live here too (KAFKA_HEAP_OPTS …): only a near miss is a mistake. */
const SHARED_PREFIXES = [
  'KAFKA_',
  'LLM_',
  'EVENTSTORE_',
  'REDIS_',
  'DATABASE_',
  'PREVIEW_',
  'IMPORT_',
  'SECOND_',
  'TRANSCRIPTION_',
  'AUDIO_',
  'FILES_',
  'S3_',
  'AUDIT_',
  'PERSONAL_',
];
/** Read by the terminal client, which often shares a shell with the server. */
const CLIENT_KEYS = ['DRAFTHORSE_URL'];

/** Below this a key can be guessed offline from its hash. */
const API_KEY_CHARS_RECOMMENDED = 16;

/** Says every problem, never a value of a secret. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`the configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Throws ConfigError. An empty variable counts as unset, as compose files write it; a secret may be in a file that
 * `<NAME>_FILE` names.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const written = new Map(
    Object.entries(environment).flatMap(([key, value]) =>
      value === undefined || value.trim() === '' ? [] : [[key, value.trim()] as const],
    ),
  );
  const { given, problems: unreadable } = withSecretFiles(written);
  const problems = [...unreadable, ...unknownKeys(given), ...unsupportedKeys(given)];
  const settings: Record<string, unknown> = {};
  for (const key of SETTING_KEYS) {
    const text = given.get(key) ?? SETTINGS[key].fallback;
    if (text === null) {
      settings[key] = null;
      continue;
    }
    const parsed = SETTINGS[key].schema.safeParse(text);
    if (parsed.success) settings[key] = parsed.data;
    else problems.push(invalidValue(key, text, parsed.error));
  }
  if (problems.length === 0) problems.push(...contradictions(settings as Settings));
  if (problems.length > 0) throw new ConfigError(problems);
  const secrets = SECRET_KEYS.flatMap((key) => given.get(key) ?? []);
  return { settings: settings as Settings, warnings: warningsOf(settings as Settings), secrets };
}

function unknownKeys(given: ReadonlyMap<string, string>): string[] {
  return [...given.keys()].flatMap((key) => {
    if ((SETTING_KEYS as string[]).includes(key) || CLIENT_KEYS.includes(key)) return [];
    const own = OWN_PREFIXES.some((prefix) => key.startsWith(prefix));
    const shared = SHARED_PREFIXES.some((prefix) => key.startsWith(prefix));
    const meant = own || shared ? nearName(key, SETTING_KEYS) : null;
    if (meant) return [`${key} is not a setting; did you mean ${meant}?`];
    return own ? [`${key} is not a setting`] : [];
  });
}

function unsupportedKeys(given: ReadonlyMap<string, string>): string[] {
  return NOT_SUPPORTED_YET.filter((key) => given.has(key)).map(
    (key) => `${key} is not supported by this version; unset it (${SETTINGS[key].reason})`,
  );
}

function invalidValue(key: SettingKey, text: string, error: z.ZodError): string {
  const { secret, unit } = SETTINGS[key] as { secret?: true; unit: string };
  const shown = secret ? 'its value' : `"${text.slice(0, 80)}"`;
  return `${key}: ${shown} is not valid (${unit}): ${error.issues.map((issue) => issue.message).join('; ')}`;
}

/** Settings that cannot both be meant. */
function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.IMPORT_BYTES_MAX < settings.BODY_BYTES_MAX)
    problems.push(
      'IMPORT_BYTES_MAX must not be below BODY_BYTES_MAX: an import is the largest body there is',
    );
  if (settings.CORS_ORIGINS?.some((origin) => origin !== '*' && !URL.canParse(origin)))
    problems.push('CORS_ORIGINS: every entry is an origin such as https://shop.example, or * alone');
  if (settings.CORS_ORIGINS?.includes('*') && settings.CORS_ORIGINS.length > 1)
    problems.push('CORS_ORIGINS: * allows everyone, so it stands alone');
  if (settings.OPENID_PROVIDERS.length > 0 && settings.PUBLIC_URL === null)
    problems.push('OPENID_PROVIDERS needs PUBLIC_URL: where browsers come back to');
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  const missing = sasl.filter((key) => settings[key] === null);
  if (missing.length > 0 && missing.length < sasl.length)
    problems.push(`signing in to Kafka needs ${missing.join(' and ')} too`);
  return [...problems, ...modelContradictions(settings), ...voiceContradictions(settings)];
}

function voiceContradictions(settings: Settings): string[] {
  const problems: string[] = [];
  const { TRANSCRIPTION_MODEL, TRANSCRIPTION_BASE_URL, TRANSCRIPTION_API_KEY, LLM_BASE_URL } = settings;
  if (TRANSCRIPTION_MODEL === null && (TRANSCRIPTION_BASE_URL ?? TRANSCRIPTION_API_KEY) !== null)
    problems.push(
      'TRANSCRIPTION_BASE_URL and TRANSCRIPTION_API_KEY need TRANSCRIPTION_MODEL: what to ask for',
    );
  if (TRANSCRIPTION_MODEL !== null && (TRANSCRIPTION_BASE_URL ?? LLM_BASE_URL) === null)
    problems.push('TRANSCRIPTION_MODEL needs TRANSCRIPTION_BASE_URL or LLM_BASE_URL: where it is');
  if ((settings.S3_ACCESS_KEY_ID === null) !== (settings.S3_SECRET_ACCESS_KEY === null))
    problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together');
  if (settings.S3_ENDPOINT !== null && settings.FILES_URL?.kind !== 's3')
    problems.push('S3_ENDPOINT needs FILES_URL=s3://bucket: what to keep there');
  return problems;
}

function modelContradictions(settings: Settings): string[] {
  const { LLM_BASE_URL, LLM_MODELS, LLM_PRICES, LLM_BUDGET_PER_DAY } = settings;
  const problems: string[] = [];
  if ((LLM_BASE_URL === null) !== (LLM_MODELS === null))
    problems.push('LLM_BASE_URL and LLM_MODELS go together: where the models are, and which');
  const free = (LLM_MODELS ?? []).filter((model) => !Object.hasOwn(LLM_PRICES, model));
  if (LLM_BUDGET_PER_DAY !== null && free.length > 0)
    problems.push(`LLM_BUDGET_PER_DAY needs a price of every model: LLM_PRICES lacks ${free.join(', ')}`);
  return problems;
}

function warningsOf(settings: Settings): string[] {
  const warnings: string[] = [];
  if (settings.KAFKA_SASL_MECHANISM !== null && !settings.KAFKA_SSL)
    warnings.push('KAFKA_SASL_PASSWORD travels unencrypted: set KAFKA_SSL=on');
  const { LLM_BASE_URL, LLM_API_KEY } = settings;
  if (LLM_API_KEY !== null && LLM_BASE_URL !== null && isOpenHttp(LLM_BASE_URL))
    warnings.push('LLM_API_KEY travels unencrypted: LLM_BASE_URL begins with http://');
  const { TRANSCRIPTION_API_KEY, TRANSCRIPTION_BASE_URL } = settings;
  if (TRANSCRIPTION_API_KEY !== null && isOpenHttp(TRANSCRIPTION_BASE_URL ?? LLM_BASE_URL ?? 'https://none'))
    warnings.push('TRANSCRIPTION_API_KEY travels unencrypted: its server is addressed by http://');
  const key = settings.DRAFTHORSE_API_KEY;
  if (key === null || key.length >= API_KEY_CHARS_RECOMMENDED) return warnings;
  return [
    ...warnings,
    `DRAFTHORSE_API_KEY is shorter than ${API_KEY_CHARS_RECOMMENDED} characters and can be guessed`,
  ];
}

/** Plain HTTP to another machine. */
function isOpenHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
