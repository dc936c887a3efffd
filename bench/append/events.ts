/** The events that every contender appends: the same data and metadata, about 350 bytes as JSON. */
import { randomUUID } from 'node:crypto';
import type { EventMetadata } from '../../src/events/contract.js';
import { eventIds } from '../../src/events/event-ids.js';
import { workspaceStream } from '../../src/events/streams.js';
import type { Append, ExpectedRevision } from '../../src/event-store/event-store.js';
import type { PeerEvent } from './peer-store.js';

export const EVENT_TYPE = 'CustomFieldsDefined';
export const EVENT_DATA = {
  keys: ['colour', 'size', 'material', 'origin'],
  definedAt: '2026-01-01T00:00:00.000Z',
};

export function metadataOf(commandId: string): EventMetadata {
  return { userId: null, commandId, correlationId: commandId, causationId: null };
}

/** Without `workspaceId`, the first append to a stream that nobody has written to. */
export function appendOf(
  size: number,
  workspaceId: string = randomUUID(),
  expectedRevision: ExpectedRevision = 'none',
): Append {
  const commandId = randomUUID();
  return {
    workspaceId,
    streamId: workspaceStream(workspaceId),
    expectedRevision,
    events: eventIds(commandId, size).map((eventId) => ({
      eventId,
      type: EVENT_TYPE,
      schemaVersion: 1,
      data: EVENT_DATA,
    })),
    metadata: metadataOf(commandId),
  };
}

export function peerEvents(size: number): PeerEvent[] {
  const metadata = metadataOf(randomUUID());
  return Array.from({ length: size }, () => ({ type: EVENT_TYPE, data: EVENT_DATA, metadata }));
}
