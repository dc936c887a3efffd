/** Builders of events that pass their contracts, for specs of what carries events rather than what they mean. */
import { randomUUID } from 'node:crypto';
import type { EventMetadata, NewEvent } from '../../src/events/contract.js';
import { eventIds } from '../../src/events/event-ids.js';
import { workspaceStream } from '../../src/events/streams.js';
import type { Append, EventStore } from '../../src/event-store/event-store.js';

export function metadata(commandId: string = randomUUID()): EventMetadata {
  return { userId: null, commandId, correlationId: `correlation-${commandId}`, causationId: null };
}

/** A CustomFieldsDefined event whose one key is `label`: what a spec recognises it by. */
export function fieldDefined(label: string, eventId: string = randomUUID()): NewEvent {
  return {
    eventId,
    type: 'CustomFieldsDefined',
    schemaVersion: 1,
    data: { keys: [label], definedAt: '2026-01-01T00:00:00.000Z' },
  };
}

/** Appends of `labels` to the stream of one workspace (by default a new one), under ids derived from a command. */
export function appendOf(
  labels: string[],
  options: Partial<Append> & { commandId?: string } = {},
): Append & { streamId: string } {
  const commandId = options.commandId ?? randomUUID();
  const workspaceId = options.workspaceId ?? randomUUID();
  const ids = eventIds(commandId, labels.length);
  return {
    workspaceId,
    streamId: options.streamId ?? workspaceStream(workspaceId),
    expectedRevision: options.expectedRevision ?? 'any',
    events: options.events ?? labels.map((label, ordinal) => fieldDefined(label, ids[ordinal])),
    metadata: options.metadata ?? metadata(commandId),
  };
}

export function labelOf(event: { data: unknown }): string {
  return (event.data as { keys: string[] }).keys[0] ?? '';
}

/** Everything in the log behind `after`, read in pages. */
export async function wholeLog(store: EventStore, { after = 0n, limit = 1_000 } = {}) {
  const events: Awaited<ReturnType<EventStore['readAll']>> = [];
  for (;;) {
    const page = await store.readAll({ after: events.at(-1)?.position ?? after, limit });
    if (page.length === 0) return events;
    events.push(...page);
  }
}
