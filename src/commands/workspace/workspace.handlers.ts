/** The settings of a workspace, on Nest's command bus. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CustomFieldDefinition } from '../../catalogue/custom-field.js';
import type { ApprovalPolicies } from '../../catalogue/policy.js';
import type { UserContext } from '../draft/draft.handlers.js';
import type { Receipted } from '../receipt.js';
import { StreamWriter, type Outcome } from '../stream-writer.js';
import { setPolicies, type SetPoliciesRefusal } from './set-policies.js';
import {
  retireField,
  specifyField,
  type RetireFieldRefusal,
  type SpecifyFieldRefusal,
} from './specify-field.js';
import type { WorkspaceState } from './workspace.decider.js';
import { workspaceRef } from './workspace-stream.js';

export class SetPolicies extends Command<Outcome<WorkspaceState, SetPoliciesRefusal>> {
  constructor(
    readonly policies: ApprovalPolicies,
    readonly context: UserContext & Receipted<WorkspaceState>,
  ) {
    super();
  }
}

@CommandHandler(SetPolicies)
export class SetPoliciesHandler implements ICommandHandler<SetPolicies> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ policies, context }: SetPolicies) {
    return this.writer.decide(
      workspaceRef(context.workspaceId),
      context,
      (workspace, now) => setPolicies({ policies, userId: context.userId }, workspace, now),
      undefined,
      context.receipt,
    );
  }
}

export class SpecifyField extends Command<Outcome<WorkspaceState, SpecifyFieldRefusal>> {
  constructor(
    readonly definition: CustomFieldDefinition,
    readonly context: UserContext & Receipted<WorkspaceState>,
  ) {
    super();
  }
}

@CommandHandler(SpecifyField)
export class SpecifyFieldHandler implements ICommandHandler<SpecifyField> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ definition, context }: SpecifyField) {
    return this.writer.decide(
      workspaceRef(context.workspaceId),
      context,
      (workspace, now) => specifyField({ definition, userId: context.userId }, workspace, now),
      undefined,
      context.receipt,
    );
  }
}

export class RetireField extends Command<Outcome<WorkspaceState, RetireFieldRefusal>> {
  constructor(
    readonly key: string,
    readonly context: UserContext & Receipted<WorkspaceState>,
  ) {
    super();
  }
}

@CommandHandler(RetireField)
export class RetireFieldHandler implements ICommandHandler<RetireField> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ key, context }: RetireField) {
    return this.writer.decide(
      workspaceRef(context.workspaceId),
      context,
      (workspace, now) => retireField({ key, userId: context.userId }, workspace, now),
      undefined,
      context.receipt,
    );
  }
}

export const WORKSPACE_HANDLERS = [SetPoliciesHandler, SpecifyFieldHandler, RetireFieldHandler];
