/** A group's dead letters as records: original key, bytes and headers, and why. For whoever watches topics. */
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { KafkaConnection } from './connection.js';
import { deadLetterTopicName } from './names.js';
import type { ResilientProducer } from './producer.js';
import { ensureDeadLetterTopics, type TopicSettings } from './topics.js';

/** Headers added to the original ones. */
export const DEAD_LETTER_HEADERS = {
  errorClass: 'drafthorse-error-class',
  errorMessage: 'drafthorse-error-message',
  attempts: 'drafthorse-attempts',
  reason: 'drafthorse-reason',
  topic: 'drafthorse-original-topic',
  partition: 'drafthorse-original-partition',
  offset: 'drafthorse-original-offset',
} as const;
const ERROR_MESSAGE_LENGTH_MAX = 2_000;

export interface PublishedLetter {
  message: Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'offset'>;
  topic: string;
  partition: number;
  reason: string;
  errorClass: string;
  errorMessage: string;
  attempts: number;
}

export class DeadLetterTopic {
  /** Known to exist. */
  private readonly ready = new Set<string>();

  constructor(
    private readonly options: {
      connection: KafkaConnection;
      producer: ResilientProducer;
      topics: TopicSettings;
    },
  ) {}

  /** At least once: setting aside again after a crash publishes again. Throws EventBusError. */
  async publish(group: string, letters: PublishedLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.prepare(group);
    const messages = letters.map((letter) => ({
      key: letter.message.key,
      value: letter.message.value,
      headers: headersOf(letter),
      partition: 0,
    }));
    const bytes = messages.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
    const { connection, producer } = this.options;
    await producer.send([{ topic: deadLetterTopicName(connection, group), messages }], bytes);
  }

  private async prepare(group: string): Promise<void> {
    if (this.ready.has(group)) return;
    await ensureDeadLetterTopics(this.options.connection, this.options.topics, [group]);
    this.ready.add(group);
  }
}

function headersOf({ message, ...letter }: PublishedLetter): IHeaders {
  const { errorClass, errorMessage, attempts, reason, topic, partition, offset } = DEAD_LETTER_HEADERS;
  return {
    ...message.headers,
    [errorClass]: letter.errorClass,
    [errorMessage]: letter.errorMessage.slice(0, ERROR_MESSAGE_LENGTH_MAX),
    [attempts]: String(letter.attempts),
    [reason]: letter.reason,
    [topic]: letter.topic,
    [partition]: String(letter.partition),
    [offset]: message.offset,
  };
}
