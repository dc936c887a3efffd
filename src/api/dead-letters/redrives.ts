/**
 * A re-drive: first put on record, then asked of the consumer group. In this order, because one that nobody can
 * find afterwards must not happen; what a crash leaves between the two, the repeated request makes up for.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { UserContext } from '../../commands/draft/draft.handlers.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { redriveDeadLetters } from '../../commands/workspace/redrive-dead-letters.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import { DeadLetters, type KeyRef } from '../../event-bus/dead-letters.js';
import { EVENT_STORE, type EventStore } from '../../event-store/event-store.js';
import { eventIds } from '../../events/event-ids.js';
import { readEvent } from '../../events/registry.js';
import { workspaceStream } from '../../events/streams.js';
import { Problem } from '../problems/problem.js';
import { refusalProblem } from '../problems/refusals.js';
import type { Redrive } from './dead-letters.schemas.js';

interface Redriven {
  position: bigint;
  redrive: Redrive;
}

@Injectable()
export class Redrives {
  constructor(
    @Inject(DeadLetters) private readonly deadLetters: DeadLetters,
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** A letter, after those of its key before it. Throws DEAD_LETTER_NOT_FOUND. */
  async letter(id: string, context: UserContext): Promise<Redriven> {
    const { workspaceId } = context;
    const [repeated, letter] = await Promise.all([
      this.recordedBefore(context),
      this.deadLetters.inspect(id, workspaceId),
    ]);
    if (!letter) return repeated ?? notFound('This workspace has no dead letter with this id.');
    const { group, topic, key, position } = letter;
    const letters = await this.deadLetters.count(letter, workspaceId, position);
    const redriven =
      repeated ?? (await this.record({ group, topic, key, upToLetterId: id, letters }, context));
    await this.deadLetters.redrive(id, workspaceId);
    return redriven;
  }

  /** All letters of a key. Throws DEAD_LETTER_NOT_FOUND when it has none in this workspace. */
  async key(key: KeyRef, context: UserContext): Promise<Redriven> {
    const [repeated, letters] = await Promise.all([
      this.recordedBefore(context),
      this.deadLetters.count(key, context.workspaceId, null),
    ]);
    if (letters === 0) return repeated ?? notFound('This workspace has no dead letters of this key.');
    const redriven = repeated ?? (await this.record({ ...key, upToLetterId: null, letters }, context));
    await this.deadLetters.redriveKey(key);
    return redriven;
  }

  private async record(
    what: KeyRef & { upToLetterId: string | null; letters: number },
    context: UserContext,
  ): Promise<Redriven> {
    // Handled while we looked: on record is what was asked for.
    const command = { ...what, letters: Math.max(what.letters, 1), redrivenBy: context.userId };
    const outcome = await this.writer.decide(workspaceRef(context.workspaceId), context, (workspace, now) =>
      redriveDeadLetters(command, workspace, now),
    );
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    const { group, topic, key, letters } = command;
    return { position: outcome.position, redrive: { group, topic, key, letters } };
  }

  /** What a request that comes again was answered; its letters may have been handled meanwhile, and be gone. */
  private async recordedBefore({ commandId, workspaceId }: UserContext): Promise<Redriven | null> {
    const [eventId] = eventIds(commandId, 1);
    const place = await this.store.findEvent(eventId!);
    if (place?.streamId !== workspaceStream(workspaceId)) return null;
    const page = { fromRevision: place.revision, limit: 1 };
    const [recorded] = await this.store.readStream(place.streamId, page);
    const event = recorded ? readEvent(recorded) : null;
    if (event?.type !== 'DeadLettersRedriven') return null;
    const { group, topic, key, letters } = event.data;
    return { position: event.position, redrive: { group, topic, key, letters } };
  }
}

function notFound(detail: string): never {
  throw new Problem('DEAD_LETTER_NOT_FOUND', { detail });
}
