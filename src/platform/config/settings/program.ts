/** The program itself: where it listens, what it keeps, and what it takes. */
import { z } from 'zod';
import { OpenIdProviderList } from '../openid-provider.js';
import { jsonOf, key32, list, setting, urlOf, whole, type Setting } from './definition.js';

export const ROLES = ['api', 'relay', 'sagas', 'projections'] as const;
export type ProcessRole = (typeof ROLES)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const PROGRAM_SETTINGS = {
  DRAFTHORSE_API_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason:
      'Key of the owner of workspace `default`, created at the first start; another value later replaces it. Unset with the embedded database: one is made and kept in DATA_DIR/api-key',
    secret: true,
  }),
  HOST: setting({
    schema: z.string().min(1),
    fallback: '127.0.0.1',
    unit: 'address',
    reason: 'Where HTTP listens; this machine only, until told otherwise (containers: 0.0.0.0)',
  }),
  PORT: setting({
    schema: whole(0, 65_535),
    fallback: '3000',
    unit: 'port',
    reason: 'Port of HTTP; 0 takes a free one',
  }),
  HEALTH_PORT: setting({
    schema: whole(0, 65_535),
    fallback: null,
    unit: 'port',
    reason:
      'Where a process without the role `api` answers /health/live, /health/ready and /metrics; unset: nowhere. With `api` they are on PORT',
  }),
  DATA_DIR: setting({
    schema: z.string().min(1),
    fallback: '.drafthorse',
    unit: 'folder',
    reason: 'Where the embedded database and the generated key live',
  }),
  DATABASE_URL: setting({
    schema: urlOf('postgres:', 'postgresql:'),
    fallback: null,
    unit: 'URL',
    reason: 'A PostgreSQL of your own; unset: an embedded one in DATA_DIR',
    secret: true,
  }),
  DATABASE_POOL_SIZE: setting({
    schema: whole(2, 500),
    fallback: '10',
    unit: 'connections',
    reason:
      'Connections of each of the two pools of a process at most; for jobs, notices and short reads it opens up to 16 more. More only queue inside PostgreSQL',
  }),
  PERSONAL_DATA_KEY: setting({
    schema: key32,
    fallback: null,
    unit: '32 bytes in base64',
    reason:
      'Wraps the keys under which what people say is encrypted, and makes those for what is kept of requests; the same for all processes, never another one later, and if it is lost, so is all of that. Unset: made at the first start and kept in DATA_DIR/personal-data-key',
    secret: true,
  }),
  DRAFTS_KEPT_DAYS: setting({
    schema: whole(0, 36_500),
    fallback: '90',
    unit: 'days, 0 = for ever',
    reason: 'How long drafts can be read after their end; then they go into an archive',
  }),
  CHANGE_SETS_KEPT_DAYS: setting({
    schema: whole(0, 36_500),
    fallback: '365',
    unit: 'days, 0 = for ever',
    reason: 'How long changes can be read, undone and looked back upon; then they go into an archive',
  }),
  ROLES: setting({
    schema: list(ROLES),
    fallback: ROLES.join(','),
    unit: 'comma list',
    reason: `What this process does: ${ROLES.join(', ')}`,
  }),
  LOG_LEVEL: setting({
    schema: z.enum(LOG_LEVELS),
    fallback: 'info',
    unit: LOG_LEVELS.join(' | '),
    reason: 'The least serious line that is written',
  }),
  CORS_ORIGINS: setting({
    schema: z.string().transform((text) => text.split(',').map((origin) => origin.trim())),
    fallback: null,
    unit: 'comma list of origins',
    reason: 'Browser pages of these origins may call the API; unset: none may',
  }),
  PUBLIC_URL: setting({
    schema: urlOf('http:', 'https:').transform((text) => text.replace(/(?<!\/)\/+$/, '')),
    fallback: null,
    unit: 'URL',
    reason: 'Where people reach this installation; what providers send browsers back to',
  }),
  OPENID_PROVIDERS: setting({
    schema: jsonOf(OpenIdProviderList),
    fallback: '[]',
    unit: 'JSON',
    reason:
      'Accounts people may sign in with: [{"name": "google", "issuer": "https://accounts.google.com", "clientId": "…", "clientSecret": "…"}]; each knows PUBLIC_URL/api/v1/auth/openid/<name>/callback as an address to go back to',
    secret: true,
  }),
  HSTS_SECONDS: setting({
    schema: whole(0, 100_000_000),
    fallback: '0',
    unit: 'seconds, 0 = nothing is said',
    reason:
      'How long browsers shall come by TLS only (Strict-Transport-Security); for an installation whose every address is behind a proxy that speaks TLS',
  }),
  REQUEST_TIMEOUT_SECONDS: setting({
    schema: whole(1, 600),
    fallback: '30',
    unit: 'seconds',
    reason:
      'From the first line of a request to its whole answer; uploads and exports have ten minutes. Answers that are held with ?wait= take up to 25',
  }),
  BODY_BYTES_MAX: setting({
    schema: whole(1_024, 100_000_000),
    fallback: '4194304',
    unit: 'bytes',
    reason: 'Largest JSON body; holds a confirmation with 10,000 excluded and many edited rows',
  }),
  IMPORT_BYTES_MAX: setting({
    schema: whole(1_024, 10_000_000_000),
    fallback: '209715200',
    unit: 'bytes',
    reason: 'Largest import; 100,000 products with custom fields are about 50 MB',
  }),
} satisfies Record<string, Setting>;
