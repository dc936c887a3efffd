/**
 * A saga reacts to events by asking for jobs. The reaction is pure and quick, so it never holds a partition; the
 * job does the slow work outside any transaction and ends in a command that is harmless to repeat.
 */
import { z } from 'zod';
import { EventMetadata } from '../events/contract.js';
import type { ReadEvent } from '../events/registry.js';
import type { Topic } from '../events/streams.js';
import type { ConsumerGroup } from '../event-bus/event-bus.js';
import { contextOfReaction, type CommandContext } from '../commands/stream-writer.js';
import type { JobQueue } from '../platform/jobs/job-queue.js';
import type { JobRequest } from '../platform/jobs/job.js';

export interface Saga {
  name: string;
  topics: readonly Topic[];
  /** Jobs that this event asks for; none when the saga has no interest in it. */
  react(event: ReadEvent): JobRequest[];
}

/** The event a job answers to: enough to continue its request under derived ids. */
export const Cause = z.object({ eventId: z.uuid(), workspaceId: z.uuid(), metadata: EventMetadata });
export type Cause = z.infer<typeof Cause>;

/** Payload of most jobs: which draft, and what asked for it. */
export const DraftJob = z.strictObject({ draftId: z.uuid(), cause: Cause });
export type DraftJob = z.infer<typeof DraftJob>;

export const causeOf = ({ eventId, workspaceId, metadata }: ReadEvent): Cause => ({
  eventId,
  workspaceId,
  metadata,
});

/** Context of one step of a job. The same cause and step give the same command id on every try. */
export const stepContext = (cause: Cause, step: string): CommandContext => contextOfReaction(cause, step);

export const sagaGroup = ({ name }: Pick<Saga, 'name'>) => `saga.${name}`;

/** The consumer group of a saga: jobs of a whole batch are added in one statement. */
export function sagaConsumer(saga: Saga, jobs: Pick<JobQueue, 'add'>): ConsumerGroup {
  return {
    group: sagaGroup(saga),
    topics: saga.topics,
    startFrom: 'beginning',
    handle: async (batch) => jobs.add(batch.flatMap(({ event }) => saga.react(event))),
  };
}
