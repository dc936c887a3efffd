/** Outside parts: each is one variable away. */
import { z } from 'zod';
import { onOff, setting, urlOf, whole, type Setting } from './definition.js';

export const CONNECTION_SETTINGS = {
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
} satisfies Record<string, Setting>;
