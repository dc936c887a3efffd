/** How long drafts wait, and how much anybody may ask for. */
import { z } from 'zod';
import { setting, whole, type Setting } from './definition.js';

/** Per user and minute; 0 switches the limit off. */
const perMinute = (fallback: string, reason: string) =>
  setting({ schema: whole(0, 1_000_000), fallback, unit: 'requests per user and minute, 0 = off', reason });
export const DRAFT_AND_LIMIT_SETTINGS = {
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
} satisfies Record<string, Setting>;
