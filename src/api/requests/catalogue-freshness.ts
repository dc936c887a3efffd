/** Reads of a catalogue whose newest change may not be shown yet. */
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_STORE, type EventStore } from '../../event-store/event-store.js';
import { catalogueStream } from '../../events/streams.js';
import { READ_MODEL_GATE, type ReadModel, type ReadModelGate } from '../ports.js';
import { READ_WAIT_MS_MAX } from './position.js';
import { callerOf, type Request } from './request.js';
import { signalOf } from './signal.js';

interface Read<Answer> {
  request: Request;
  readModels: ReadModel[];
  run(): Promise<Answer | null>;
}

@Injectable()
export class CatalogueFreshness {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(READ_MODEL_GATE) private readonly gate: ReadModelGate,
  ) {}

  /**
   * Runs a read; when it finds nothing, or one read model is behind the other, once more after they have caught up
   * with the catalogue. So an id that was answered a moment ago is never "not found", and nothing else waits.
   */
  async find<Answer>({ request, readModels, run }: Read<Answer>): Promise<Answer | null> {
    const found = await run().catch((error: unknown) => {
      if (isBehind(error)) return null;
      throw error;
    });
    if (found !== null) return found;
    const { workspaceId } = callerOf(request);
    const { position } = await this.store.streamEnd(catalogueStream(workspaceId));
    if (position === 0n) return null;
    const wait = { timeoutMs: READ_WAIT_MS_MAX, signal: signalOf(request), workspaceId };
    await Promise.all(readModels.map((readModel) => this.gate.waitFor(readModel, position, wait)));
    return run();
  }
}

const isBehind = (error: unknown) => (error as { code?: unknown } | null)?.code === 'READ_MODEL_BEHIND';
