/** Names on the broker: those of the program, behind the installation's prefix. */
import type { Topic } from '../../events/streams.js';
import type { KafkaConnection } from './connection.js';

type Prefixed = Pick<KafkaConnection, 'prefix'>;

export const topicName = ({ prefix }: Prefixed, topic: Topic) => `${prefix}${topic}`;
export const groupName = ({ prefix }: Prefixed, group: string) => `${prefix}${group}`;
/** Where a group's dead letters are published. */
export const deadLetterTopicName = ({ prefix }: Prefixed, group: string) => `${prefix}${group}.dlq`;
export const topicOf = ({ prefix }: Prefixed, name: string) => name.slice(prefix.length) as Topic;
