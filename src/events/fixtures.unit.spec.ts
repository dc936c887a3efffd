/**
 * One JSON file per event type and version ever released, never edited: what was once written must stay
 * readable. A new version adds a file here; the old one then proves its upcaster.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from './contract.js';
import { EVENT_CONTRACTS, contractOf, readEvent } from './registry.js';

const folder = new URL('fixtures/', import.meta.url);
const files = readdirSync(folder).toSorted();

function recorded(file: string): RecordedEvent {
  const released = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    type: string;
    schemaVersion: number;
    data: unknown;
  };
  return {
    eventId: '0197a000-0000-5000-8000-000000000001',
    workspaceId: '0197a000-0000-7000-8000-0000000000a1',
    streamId: 'draft-0197a000-0000-7000-8000-0000000000d1',
    revision: 0,
    position: 1n,
    ...released,
    metadata: {
      userId: null,
      commandId: '0197a000-0000-7000-8000-000000000002',
      correlationId: 'fixture',
      causationId: null,
    },
    recordedAt: '2026-03-01T10:00:00.000Z',
  };
}

describe('events ever released', () => {
  it.each(files)('%s is read as an event of today', (file) => {
    const event = recorded(file);
    expect(file).toBe(`${event.type}.v${event.schemaVersion}.json`);
    const { version, schema } = contractOf(event.type);
    const read = readEvent(event);
    expect(read.schemaVersion).toBe(version);
    // Reading neither adds nor drops anything: what is validated is what stands in the log.
    if (event.schemaVersion === version) expect(read.data).toEqual(event.data);
    expect(schema.safeParse(read.data).success).toBe(true);
  });

  it('have a file for every version of every contract', () => {
    const released = EVENT_CONTRACTS.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, older) => `${type}.v${older + 1}.json`),
    );
    expect(files).toEqual(released.toSorted());
  });
});
