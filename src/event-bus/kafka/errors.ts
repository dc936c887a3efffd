/** Errors of the bus on Kafka: one closed list, and the one place where errors of kafkajs become ours. */

/** What a caller needs to decide, by code. Set here, where the error is born, and nowhere else. */
const FACTS = {
  /** No broker answers, or none in time. Whether it was done is unknown. */
  BROKER_AWAY: { retryable: true, fenced: false },
  /** The topic is not there (yet): created by the topics step. */
  TOPIC_MISSING: { retryable: true, fenced: false },
  /** The topic exists with settings that would lose events, or with fewer partitions than were used. */
  TOPIC_UNSUITABLE: { retryable: false, fenced: false },
  /** The broker refuses the record for its size. */
  RECORD_TOO_LARGE: { retryable: false, fenced: false },
  /** A record that the relay did not write: headers or value outside the contract. */
  RECORD_UNREADABLE: { retryable: false, fenced: false },
  /** The partition goes on behind a record that this group never saw. */
  RECORDS_MISSING: { retryable: false, fenced: false },
  /** Name, password or rights. */
  ACCESS_REFUSED: { retryable: false, fenced: false },
  /** The group gave this member's partitions to another one, or the relay's lease went to another process. */
  REPLACED: { retryable: true, fenced: true },
  /** What the client did not foresee. Tried again with a new client, like everything a client breaks on. */
  CLIENT_FAULT: { retryable: true, fenced: false },
} as const satisfies Record<string, { retryable: boolean; fenced: boolean }>;

export type EventBusErrorCode = keyof typeof FACTS;
export const EVENT_BUS_ERROR_CODES = Object.keys(FACTS) as EventBusErrorCode[];

export class EventBusError extends Error {
  /** The same call may succeed later. */
  readonly retryable: boolean;
  /** Somebody else is in charge now: stop, do not repeat. */
  readonly fenced: boolean;

  constructor(
    readonly code: EventBusErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EventBusError';
    ({ retryable: this.retryable, fenced: this.fenced } = FACTS[code]);
  }
}

/** Kafka's protocol errors, by their name there; the rest is a fault of the client. */
const CODE_BY_TYPE: Record<string, EventBusErrorCode> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'TOPIC_MISSING',
  MESSAGE_TOO_LARGE: 'RECORD_TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'RECORD_TOO_LARGE',
  TOPIC_AUTHORIZATION_FAILED: 'ACCESS_REFUSED',
  GROUP_AUTHORIZATION_FAILED: 'ACCESS_REFUSED',
  CLUSTER_AUTHORIZATION_FAILED: 'ACCESS_REFUSED',
  SASL_AUTHENTICATION_FAILED: 'ACCESS_REFUSED',
  UNSUPPORTED_SASL_MECHANISM: 'ACCESS_REFUSED',
  ILLEGAL_GENERATION: 'REPLACED',
  UNKNOWN_MEMBER_ID: 'REPLACED',
  REBALANCE_IN_PROGRESS: 'REPLACED',
  FENCED_INSTANCE_ID: 'REPLACED',
  INVALID_PRODUCER_EPOCH: 'REPLACED',
  PRODUCER_FENCED: 'REPLACED',
  GROUP_LOAD_IN_PROGRESS: 'BROKER_AWAY',
  LEADER_NOT_AVAILABLE: 'BROKER_AWAY',
  NOT_LEADER_FOR_PARTITION: 'BROKER_AWAY',
  REQUEST_TIMED_OUT: 'BROKER_AWAY',
  NETWORK_EXCEPTION: 'BROKER_AWAY',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'BROKER_AWAY',
  NOT_COORDINATOR_FOR_GROUP: 'BROKER_AWAY',
  NOT_ENOUGH_REPLICAS: 'BROKER_AWAY',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'BROKER_AWAY',
};

/** The same for the errors of the client itself, which have names instead. */
const CODE_BY_NAME: Record<string, EventBusErrorCode> = {
  KafkaJSConnectionError: 'BROKER_AWAY',
  KafkaJSConnectionClosedError: 'BROKER_AWAY',
  KafkaJSRequestTimeoutError: 'BROKER_AWAY',
  KafkaJSNoBrokerAvailableError: 'BROKER_AWAY',
  KafkaJSBrokerNotFound: 'BROKER_AWAY',
  KafkaJSGroupCoordinatorNotFound: 'BROKER_AWAY',
  KafkaJSMetadataNotLoaded: 'TOPIC_MISSING',
  KafkaJSTopicMetadataNotLoaded: 'TOPIC_MISSING',
  KafkaJSSASLAuthenticationError: 'ACCESS_REFUSED',
};

interface ClientError extends Error {
  type?: string;
  cause?: unknown;
  originalError?: unknown;
}

/** `doing`: what failed, as in "sending to drafthorse.drafts". An EventBusError comes back as it is. */
export function toEventBusError(error: unknown, doing: string): EventBusError {
  if (error instanceof EventBusError) return error;
  const message = `${doing}: ${error instanceof Error ? error.message : String(error)}`;
  return new EventBusError(codeOf(error) ?? 'CLIENT_FAULT', message, { cause: error });
}

/** From the innermost cause: "number of retries exceeded" says nothing about what was tried. */
function codeOf(error: unknown): EventBusErrorCode | null {
  if (!(error instanceof Error)) return null;
  const { cause, originalError, type, name } = error as ClientError;
  const inner = codeOf(cause) ?? codeOf(originalError);
  return inner ?? CODE_BY_TYPE[type ?? ''] ?? CODE_BY_NAME[name] ?? null;
}
