/** A producer that is made anew after a failure: kafkajs keeps wrong sequence numbers after a send it gave up on. */
import { CompressionTypes, type Producer, type ProducerBatch, type RecordMetadata } from 'kafkajs';
import { openClient, type KafkaConnection } from './connection.js';
import { toEventBusError } from './errors.js';

/** Sends above this many bytes are compressed: large change sets shrink to a tenth and fit the broker's limit. */
const COMPRESSED_FROM_BYTES = 256 * 1024;

export class ResilientProducer {
  private producer: Promise<Producer> | null = null;

  constructor(private readonly connection: KafkaConnection) {}

  /** Resolves when every replica in sync has it. Throws EventBusError; the next send starts with a new producer. */
  async send(
    topicMessages: NonNullable<ProducerBatch['topicMessages']>,
    bytes: number,
  ): Promise<RecordMetadata[]> {
    try {
      const producer = await (this.producer ??= this.open());
      return await producer.sendBatch({
        acks: -1,
        compression: bytes > COMPRESSED_FROM_BYTES ? CompressionTypes.GZIP : CompressionTypes.None,
        topicMessages,
      });
    } catch (error) {
      await this.close();
      throw toEventBusError(error, `sending to ${topicMessages.map(({ topic }) => topic).join(', ')}`);
    }
  }

  async close(): Promise<void> {
    const producer = this.producer;
    this.producer = null;
    // One that never connected has nothing to close.
    await producer?.then((opened) => opened.disconnect()).catch(() => undefined);
  }

  private async open(): Promise<Producer> {
    const producer = openClient(this.connection).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => placedByCaller,
      retry: { retries: 3 },
    });
    await producer.connect();
    return producer;
  }
}

function placedByCaller({ message }: { message: { partition?: number } }): number {
  if (message.partition === undefined) throw new Error('a record without a partition');
  return message.partition;
}
