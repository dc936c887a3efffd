/** Every setting with its default, unit and reason. The README's table is generated from this list. */
import { z } from 'zod';
import { ed25519PrivateKey, ed25519PublicKey } from '../ed25519.js';
import { base64KeyIn } from './base64-key.js';
import { OpenIdProviderList } from './openid-provider.js';

export const ROLES = ['api', 'relay', 'sagas', 'projections'] as const;
export type ProcessRole = (typeof ROLES)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

interface Setting<Schema extends z.ZodType = z.ZodType, Fallback extends string | null = string | null> {
  /** Reads the text of the variable; never sees an absent or empty one. */
  schema: Schema;
  /** As it would be written in the environment; null: unset, which `reason` explains. */
  fallback: Fallback;
  unit: string;
  reason: string;
  /** Never printed, not even in part. */
  secret?: true;
}

const setting = <Schema extends z.ZodType, const Fallback extends string | null>(
  definition: Setting<Schema, Fallback>,
) => definition;

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const onOff = z.enum(['on', 'off']).transform((text) => text === 'on');

const list = <const Item extends string>(items: readonly Item[]) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(z.enum(items)).min(1))
    .transform((chosen) => items.filter((item) => chosen.includes(item)));

const urlOf = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const key32 = z.string().transform((text, context) => {
  const key = base64KeyIn(text);
  if (key) return key;
  context.addIssue({ code: 'custom', message: '32 bytes in base64' });
  return z.NEVER;
});

const plainDecimal = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'a plain decimal number');

const jsonOf = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'valid JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** Where uploads are kept, as FILES_URL says it. */
export type FilesPlace = { kind: 'folder'; path: string } | { kind: 's3'; bucket: string; prefix: string };

/** `file:///folder` or `s3://bucket/prefix`; null: neither. */
function filesPlaceIn(text: string): FilesPlace | null {
  const s3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/.exec(text);
  if (s3) return { kind: 's3', bucket: s3[1]!, prefix: s3[2]!.slice(1) };
  if (!URL.canParse(text)) return null;
  const { protocol, host, pathname } = new URL(text);
  if (protocol !== 'file:' || host !== '' || pathname === '/') return null;
  return { kind: 'folder', path: decodeURIComponent(pathname) };
}

/** Who reads a sentence; see `src/interpreter/llm/routing.ts`. */
export const LLM_PLANS = ['offline', 'unsure', 'cheapest-first', 'best-first'] as const;
type LlmPlan = (typeof LLM_PLANS)[number];
/** Plans by tier; `*` is everybody else's. */
export type LlmRouting = Readonly<Record<string, LlmPlan>> & { readonly '*': LlmPlan };

/** "best-first", or "free=offline,pro=best-first,*=unsure"; null: neither. */
function routingIn(text: string): LlmRouting | null {
  const isPlan = (plan: string): plan is LlmPlan => (LLM_PLANS as readonly string[]).includes(plan);
  if (isPlan(text)) return { '*': text };
  const routing: Record<string, LlmPlan> = {};
  for (const rule of text.split(',')) {
    const [tier = '', plan = ''] = rule.split('=').map((part) => part.trim());
    if (!/^(?:\*|[\w-]{1,50})$/.test(tier) || tier === '__proto__' || !isPlan(plan)) return null;
    routing[tier] = plan;
  }
  return routing['*'] === undefined ? null : { ...routing, '*': routing['*'] };
}

/** Per user and minute; 0 switches the limit off. */
const perMinute = (fallback: string, reason: string) =>
  setting({ schema: whole(0, 1_000_000), fallback, unit: 'requests per user and minute, 0 = off', reason });

export const SETTINGS = {
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
    reason: 'Connections one process opens at most; more only queue inside PostgreSQL',
  }),
  PERSONAL_DATA_KEY: setting({
    schema: key32,
    fallback: null,
    unit: '32 bytes in base64',
    reason:
      'Wraps the keys under which what people say is encrypted; the same for all processes, never another one later, and if it is lost, so is all of that. Unset: made at the first start and kept in DATA_DIR/personal-data-key',
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
  PREVIEW_TTL_MINUTES: setting({
    schema: whole(1, 129_600),
    fallback: '60',
    unit: 'minutes',
    reason: 'How long a preview or a question waits for its user before it expires',
  }),
  APPROVAL_TTL_HOURS: setting({
    schema: whole(1, 8_760),
    fallback: '72',
    unit: 'hours',
    reason:
      'How long a confirmed change waits for a second person before it expires; a scheduled one, at most until its time',
  }),
  SECOND_CONFIRMATION_ROWS: setting({
    schema: whole(1, 1_000_000),
    fallback: '500',
    unit: 'rows',
    reason: 'A change of more matched rows needs a second, explicit confirmation',
  }),
  RATE_LIMIT_DRAFTS: perMinute('5', 'Drafts cost an interpretation and a preview each'),
  RATE_LIMIT_EXECUTIONS: perMinute('2', 'Confirmations change the catalogue, possibly all of it'),
  RATE_LIMIT_READS: perMinute('30', 'Product reads, so that a script does not crowd out people'),
  RATE_LIMIT_AUTH: perMinute(
    '10',
    'Failed sign-ins per address, and per account from places where it never signed in, so that nothing can be guessed',
  ),
  RATE_LIMIT_STORE: setting({
    schema: z.enum(['auto', 'memory', 'postgres', 'redis']),
    fallback: 'auto',
    unit: 'auto | memory | postgres | redis',
    reason:
      'Where requests are counted; auto: in Redis with REDIS_URL, else in PostgreSQL with DATABASE_URL, else in memory. Memory counts for one process only',
  }),
  TRUSTED_PROXIES: setting({
    schema: z
      .string()
      .transform((text) => text.split(',').map((network) => network.trim()))
      .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'addresses or networks')).min(1)),
    fallback: null,
    unit: 'comma list of addresses and networks',
    reason:
      'Proxies whose X-Forwarded-For says whose request it is; unset: nobody is believed, and the address of the connection counts',
  }),
  QUEUE_WAITING_MAX: setting({
    schema: whole(0, 1_000_000),
    fallback: '5000',
    unit: 'drafts and jobs, 0 = no limit',
    reason:
      'While so many wait to be begun, new drafts, recordings and imports are refused; all else goes on',
  }),
  QUEUE_WAIT_SECONDS_MAX: setting({
    schema: whole(0, 86_400),
    fallback: '120',
    unit: 'seconds, 0 = no limit',
    reason: 'The same while the oldest of them has waited for so long',
  }),
  IDEMPOTENCY_KEY_HOURS: setting({
    schema: whole(1, 8_760),
    fallback: '24',
    unit: 'hours',
    reason: 'How long the answer to a request is kept for those who send it again under its Idempotency-Key',
  }),
  KAFKA_BROKERS: setting({
    schema: z
      .string()
      .transform((text) => text.split(',').map((broker) => broker.trim()))
      .pipe(z.array(z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[^\]]+\]:\d{1,5}$/, 'host:port each')).min(1)),
    fallback: null,
    unit: 'comma list of host:port',
    reason: 'Kafka as the event bus; unset: the embedded bus',
  }),
  KAFKA_CLIENT_ID: setting({
    schema: z.string().regex(/^[\w.-]{1,200}$/),
    fallback: 'drafthorse',
    unit: 'name',
    reason: "How Kafka's logs and quotas call this program",
  }),
  KAFKA_TOPIC_PREFIX: setting({
    schema: z.string().regex(/^[\w.-]{1,100}$/),
    fallback: null,
    unit: 'text',
    reason:
      'In front of the names of topics and consumer groups, where several installations share a cluster',
  }),
  KAFKA_SSL: setting({
    schema: onOff,
    fallback: 'off',
    unit: 'on | off',
    reason: 'TLS to the brokers; NODE_EXTRA_CA_CERTS names the certificate of an authority of your own',
  }),
  KAFKA_SASL_MECHANISM: setting({
    schema: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
    fallback: null,
    unit: 'plain | scram-sha-256 | scram-sha-512',
    reason: 'How to sign in to the brokers; unset: not at all',
  }),
  KAFKA_SASL_USERNAME: setting({
    schema: z.string(),
    fallback: null,
    unit: 'text',
    reason: 'Goes with KAFKA_SASL_MECHANISM',
  }),
  KAFKA_SASL_PASSWORD: setting({
    schema: z.string(),
    fallback: null,
    unit: 'text',
    reason: 'Goes with KAFKA_SASL_MECHANISM',
    secret: true,
  }),
  KAFKA_PARTITIONS: setting({
    schema: whole(1, 1_000),
    fallback: '6',
    unit: 'partitions',
    reason:
      'Of each event topic: so many processes of a role share the work. Larger topics are left as they are',
  }),
  KAFKA_REPLICATION_FACTOR: setting({
    schema: whole(1, 9),
    fallback: '1',
    unit: 'copies',
    reason: 'Of topics that are made; 3 on a cluster that must survive the loss of a broker',
  }),
  KAFKA_SESSION_SECONDS: setting({
    schema: whole(1, 300),
    fallback: '10',
    unit: 'seconds',
    reason:
      'A consumer that died without a word holds its partitions for so long; the brokers set the bounds',
  }),
  KAFKA_LAG_EVENTS_MAX: setting({
    schema: whole(1, 1_000_000_000),
    fallback: '10000',
    unit: 'events',
    reason: 'A process whose consumer group is further behind is not ready',
  }),
  KAFKA_RELAY_LAG_SECONDS_MAX: setting({
    schema: whole(1, 86_400),
    fallback: '30',
    unit: 'seconds',
    reason: 'A process with the role `relay` is not ready while the log has not been relayed for so long',
  }),
  EVENTSTORE_URL: setting({
    schema: z.string(),
    fallback: null,
    unit: 'URL',
    reason: 'EventStoreDB as the event store; unset: PostgreSQL',
    secret: true,
  }),
  REDIS_URL: setting({
    schema: urlOf('redis:', 'rediss:'),
    fallback: null,
    unit: 'URL',
    reason: 'Redis, where requests are counted by all processes together; unset: see RATE_LIMIT_STORE',
    secret: true,
  }),
  LLM_BASE_URL: setting({
    schema: urlOf('http:', 'https:'),
    fallback: null,
    unit: 'URL',
    reason:
      'Server of language models that speaks the OpenAI protocol, up to and with /v1; unset: the offline interpreter alone',
  }),
  LLM_API_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason: 'Key of that server; servers of your own may need none',
    secret: true,
  }),
  LLM_MODELS: setting({
    schema: z
      .string()
      .transform((text) => text.split(',').map((model) => model.trim()))
      .pipe(
        z
          .array(z.string().regex(/^\S{1,100}$/, 'names of models'))
          .min(1)
          .max(10),
      ),
    fallback: null,
    unit: 'comma list',
    reason: 'Models by falling preference; the last one is taken to be the cheapest',
  }),
  LLM_ROUTING: setting({
    schema: z.string().transform((text, context) => {
      const routing = routingIn(text);
      if (routing) return routing;
      context.addIssue({ code: 'custom', message: `one of ${LLM_PLANS.join(', ')}, or tier=plan,…,*=plan` });
      return z.NEVER;
    }),
    fallback: 'cheapest-first',
    unit: 'plan, or tier=plan,…,*=plan',
    reason: `Who reads a sentence: ${LLM_PLANS.join(', ')}. The offline interpreter reads every sentence too; where it is sure, it stands`,
  }),
  LLM_TIERS: setting({
    schema: jsonOf(z.record(z.uuid(), z.string().regex(/^[\w-]{1,40}$/, 'names of tiers'))),
    fallback: '{}',
    unit: 'JSON',
    reason:
      'Which workspaces are of which tier of LLM_ROUTING, {"workspace id": "tier"}; all others are of none, and take its `*`',
  }),
  LLM_TIMEOUT_MS: setting({
    schema: whole(100, 600_000),
    fallback: '6000',
    unit: 'milliseconds',
    reason:
      'Of one request to a model; a sentence waits at most three times as long, then it is read offline',
  }),
  LLM_CONCURRENCY: setting({
    schema: whole(1, 1_000),
    fallback: '8',
    unit: 'requests',
    reason: 'Requests to models that one process has under way; ten times as many may wait',
  }),
  LLM_REQUESTS_PER_MINUTE: setting({
    schema: whole(0, 1_000_000),
    fallback: '0',
    unit: 'requests per process, 0 = off',
    reason: 'Keeps below the limit of the provider, so that nobody waits for its 429',
  }),
  LLM_REPLY_TOKENS_MAX: setting({
    schema: whole(100, 100_000),
    fallback: '1000',
    unit: 'tokens',
    reason: 'Longest answer of a model; reasoning models count their thoughts as well',
  }),
  LLM_PRICES: setting({
    schema: jsonOf(
      z.record(z.string(), z.strictObject({ inputPerMillion: plainDecimal, outputPerMillion: plainDecimal })),
    ),
    fallback: '{}',
    unit: 'JSON',
    reason:
      'Price of a million tokens by model, {"model": {"inputPerMillion": "2.5", "outputPerMillion": "10"}}, in any one currency',
  }),
  LLM_BUDGET_PER_DAY: setting({
    schema: plainDecimal,
    fallback: null,
    unit: 'decimal, currency of LLM_PRICES',
    reason: 'What the models may cost a workspace on a day (UTC); unset: no limit',
  }),
  LLM_WHEN_BUDGET_SPENT: setting({
    schema: z.enum(['offline', 'refuse']),
    fallback: 'offline',
    unit: 'offline | refuse',
    reason: 'Whether sentences are then read offline, or refused until the next day',
  }),
  LLM_REPLIES_KEPT_DAYS: setting({
    schema: whole(0, 365),
    fallback: '7',
    unit: 'days, 0 = not kept',
    reason:
      'Answers of models that could not be used are kept for debugging, cut to 2,000 characters, in a table of their own',
  }),
  TRANSCRIPTION_MODEL: setting({
    schema: z.string().regex(/^\S{1,100}$/, 'the name of a model'),
    fallback: null,
    unit: 'name',
    reason: 'Model that hears recordings, such as whisper-1; unset: prompts are typed, recordings refused',
  }),
  TRANSCRIPTION_BASE_URL: setting({
    schema: urlOf('http:', 'https:'),
    fallback: null,
    unit: 'URL',
    reason:
      'Server with /audio/transcriptions of the OpenAI protocol, up to and with /v1; unset: the one of LLM_BASE_URL',
  }),
  TRANSCRIPTION_API_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason:
      'Key of that server; unset: LLM_API_KEY where the server is that of LLM_BASE_URL, and none anywhere else',
    secret: true,
  }),
  TRANSCRIPTION_TIMEOUT_MS: setting({
    schema: whole(100, 600_000),
    fallback: '60000',
    unit: 'milliseconds',
    reason: 'Of one request for a transcription; requests that fail sooner are repeated twice',
  }),
  AUDIO_BYTES_MAX: setting({
    schema: whole(1_024, 100_000_000),
    fallback: '26214400',
    unit: 'bytes',
    reason: 'Largest recording; what transcription services commonly take',
  }),
  AUDIO_SECONDS_MAX: setting({
    schema: whole(1, 86_400),
    fallback: '120',
    unit: 'seconds',
    reason: 'Longest recording, where its container tells how long it is',
  }),
  AUDIO_KEEP_HOURS: setting({
    schema: whole(0, 87_600),
    fallback: '24',
    unit: 'hours',
    reason:
      'How long a recording is kept once it was transcribed; 0: not at all. One that could not be transcribed is kept for 24 hours at least, to be tried again',
  }),
  FILES_URL: setting({
    schema: z.string().transform((text, context) => {
      const place = filesPlaceIn(text);
      if (place) return place;
      context.addIssue({ code: 'custom', message: 'file:///a/folder or s3://bucket/prefix' });
      return z.NEVER;
    }),
    fallback: null,
    unit: 'URL',
    reason:
      'Where uploads are kept until they are done with: `file:///a/folder` that all processes share, or `s3://bucket/prefix`; unset: in PostgreSQL',
  }),
  S3_ENDPOINT: setting({
    schema: urlOf('http:', 'https:'),
    fallback: null,
    unit: 'URL',
    reason: 'Server that speaks the protocol of S3; unset: that of Amazon',
  }),
  S3_REGION: setting({
    schema: z.string().regex(/^[\w-]{1,50}$/),
    fallback: 'us-east-1',
    unit: 'name',
    reason: 'Region of the bucket',
  }),
  S3_PATH_STYLE: setting({
    schema: onOff,
    fallback: 'off',
    unit: 'on | off',
    reason: 'The bucket in the path and not in the host name, as most servers of your own want it',
  }),
  S3_ACCESS_KEY_ID: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason:
      "Goes with S3_SECRET_ACCESS_KEY; unset: as the machine provides it, by its role or the AWS SDK's own variables",
    secret: true,
  }),
  S3_SECRET_ACCESS_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason: 'Goes with S3_ACCESS_KEY_ID',
    secret: true,
  }),
  AUDIT_SIGNING_KEY: setting({
    // Kept as text: what must not be logged is looked for as it was given.
    schema: z.string().refine((text) => ed25519PrivateKey(text) !== null, {
      message: 'an Ed25519 private key, PEM or base64',
    }),
    fallback: null,
    unit: 'PEM or base64',
    reason:
      'Ed25519 private key that signs checkpoints of the audit chain, the same for all processes; unset: one is made and kept in DATA_DIR/audit-signing-key.pem',
    secret: true,
  }),
  AUDIT_PUBLIC_KEYS: setting({
    schema: z.string().transform((text, context) => {
      const keys = text.split(',').map((one) => ed25519PublicKey(one.trim()));
      const known = keys.filter((key) => key !== null);
      if (known.length === keys.length) return known;
      context.addIssue({ code: 'custom', message: 'Ed25519 public keys, PEM or base64' });
      return z.NEVER;
    }),
    fallback: null,
    unit: 'comma list of PEM or base64',
    reason:
      'Public keys of signing keys before the present one, so that their checkpoints are not taken on trust',
  }),
  AUDIT_CHECKPOINT_LINKS: setting({
    schema: whole(1, 1_000_000),
    fallback: '1000',
    unit: 'events',
    reason: 'A workspace gets a signed checkpoint of its audit chain after so many events',
  }),
  AUDIT_CHECKPOINT_SECONDS: setting({
    schema: whole(1, 86_400),
    fallback: '300',
    unit: 'seconds',
    reason: 'Or so long after the first event that has none',
  }),
} satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];
/** Settings that are never printed, and may come from files. */
export const SECRET_KEYS = SETTING_KEYS.filter((key) => (SETTINGS[key] as Setting).secret);

/**
 * Settings whose part does not exist yet. Setting one is refused at start: an option that is silently
 * ignored is a promise broken in production. Remove a key here when its part arrives.
 */
export const NOT_SUPPORTED_YET: readonly SettingKey[] = ['EVENTSTORE_URL'];

export interface SettingRow {
  key: SettingKey;
  default: string;
  unit: string;
  reason: string;
  secret: boolean;
  supported: boolean;
}

/** One row per setting, in the order of the list: what the README shows. */
export function configTable(): SettingRow[] {
  return SETTING_KEYS.map((key) => {
    const { fallback, unit, reason, secret }: Setting = SETTINGS[key];
    const supported = !NOT_SUPPORTED_YET.includes(key);
    return { key, default: fallback ?? '', unit, reason, secret: secret === true, supported };
  });
}
