/** The commands on people's data, on Nest's command bus. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { UserContext } from '../draft/draft.handlers.js';
import { StreamWriter, type Outcome } from '../stream-writer.js';
import {
  eraseUserData,
  personsRef,
  type EraseUserDataRefusal,
  type PersonsState,
} from './erase-user-data.js';

export class EraseUserData extends Command<Outcome<PersonsState, EraseUserDataRefusal>> {
  constructor(
    readonly userId: string,
    readonly context: UserContext,
  ) {
    super();
  }
}

@CommandHandler(EraseUserData)
export class EraseUserDataHandler implements ICommandHandler<EraseUserData> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ userId, context }: EraseUserData) {
    return this.writer.decide(personsRef(context.workspaceId), context, (persons, now) =>
      eraseUserData({ userId, erasedBy: context.userId }, persons, now),
    );
  }
}

export const PRIVACY_HANDLERS = [EraseUserDataHandler];
