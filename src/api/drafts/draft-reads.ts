/** Reads of one draft that a client was told of a moment ago. */
import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ENDED } from '../../commands/draft/draft.decider.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import type { DraftView, PreviewView } from '../../projections/drafts/draft-view.js';
import { GetDraft } from '../../projections/drafts/drafts.queries.js';
import {
  DRAFT_WATCHER,
  READ_MODEL_GATE,
  type DraftWatcher,
  type ReadModelGate,
  type Wait,
} from '../ports.js';
import { Problem } from '../problems/problem.js';
import { READ_WAIT_MS_MAX } from '../requests/position.js';
import type { DraftWait } from './drafts.schemas.js';

interface DraftOf {
  workspaceId: string;
  draftId: string;
}

const BEING_READ: ReadonlySet<string> = new Set(['pending', 'parsing']);

const isOver = (what: DraftWait, status: string) =>
  what === 'done' ? ENDED.has(status) : !BEING_READ.has(status);

/** Events that end no wait: looking for what they have changed would be for nothing. */
const UNTIL_READ = ['DraftCreated', 'Transcribed', 'ParsingStarted', 'ModelsAsked', 'Parsed'];
const QUIET: Record<DraftWait, ReadonlySet<string>> = {
  preview: new Set(UNTIL_READ),
  done: new Set([...UNTIL_READ, 'PreviewBuilt', 'Confirmed', 'ExecutionQueued', 'ExecutionStarted']),
};

const notFound = () =>
  new Problem('DRAFT_NOT_FOUND', { detail: 'This workspace has no draft with this id.' });

@Injectable()
export class DraftReads {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(READ_MODEL_GATE) private readonly gate: ReadModelGate,
    @Inject(DRAFT_WATCHER) private readonly watcher: DraftWatcher,
  ) {}

  /** Throws DRAFT_NOT_FOUND. */
  async get(draft: DraftOf, signal: AbortSignal): Promise<DraftView> {
    const view = (await this.find(draft)) ?? (await this.findWritten(draft, signal));
    if (view) return view;
    throw notFound();
  }

  /**
   * Holds until the draft has been read (`preview`: into a preview, a question, an answer or a failure) or has ended
   * (`done`), at most `wait.timeoutMs`. Throws DRAFT_NOT_FOUND.
   */
  async getWhen(what: DraftWait, draft: DraftOf, wait: Wait): Promise<DraftView> {
    let view: DraftView | null = null;
    let isWritten = false;
    await this.watcher.watch(
      draft.draftId,
      async () => {
        view = await this.find(draft);
        isWritten ||=
          view !== null || (await this.writer.load(draftRef(draft.draftId, draft.workspaceId))).revision >= 0;
        if (view?.status === 'clarify' && what === 'preview')
          // An answer given a moment ago must not be met by the question that it answered.
          view = await this.findWritten(draft, wait.signal);
        return !isWritten || (view !== null && isOver(what, view.status));
      },
      { ...wait, wokenBy: (type) => !QUIET[what].has(type) },
    );
    return view ?? this.get(draft, wait.signal);
  }

  /** The newest preview, as soon as the read model shows what the log holds; null when it does not in time. */
  async currentPreview(draft: DraftOf, signal: AbortSignal): Promise<PreviewView | null> {
    const view = await this.findWritten(draft, signal).catch(() => null);
    return view?.preview ?? null;
  }

  private find({ workspaceId, draftId }: DraftOf): Promise<DraftView | null> {
    return this.queries.execute(new GetDraft(workspaceId, draftId));
  }

  /** An id that was answered is never "not found": the log knows it before the read model does. */
  private async findWritten(draft: DraftOf, signal: AbortSignal): Promise<DraftView | null> {
    const { position } = await this.writer.load(draftRef(draft.draftId, draft.workspaceId));
    if (position === 0n) return null;
    const { workspaceId } = draft;
    await this.gate.waitFor('drafts', position, { timeoutMs: READ_WAIT_MS_MAX, signal, workspaceId });
    return this.find(draft);
  }
}
