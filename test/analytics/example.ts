/** The analytics example as specs see it: it stands outside the program and is written in plain JavaScript. */
import { randomUUID } from 'node:crypto';
import { headersOf } from '../../src/event-bus/headers.js';
import type { RecordedEvent } from '../../src/events/contract.js';
import { contractOf } from '../../src/events/registry.js';

export interface Counts {
  drafts: number;
  outcomes: Record<string, number>;
  rowsChanged: number;
  valueMoved: string;
}

export interface State {
  version: 1;
  partitions: Record<string, { offset: string; position: string }>;
  hours: Record<string, Record<string, Counts>>;
  skipped: { repeated: number; unreadable: number; newerVersion: number };
}

export interface Message {
  topic: string;
  partition: number;
  offset: string;
  value: Buffer | string | null;
  headers: Record<string, Buffer | string | undefined>;
}

interface Example {
  nothingYet(): State;
  countAll(state: State, messages: Message[]): State;
  load(file: string): Promise<State>;
  save(file: string, state: State): Promise<void>;
  claim(file: string): Promise<() => Promise<void>>;
}

export const FOLDER = new URL('../../examples/analytics/', import.meta.url);

export async function example(): Promise<Example> {
  const parts = ['counts.mjs', 'counts-file.mjs'].map((file) => import(new URL(file, FOLDER).href));
  return Object.assign({}, ...(await Promise.all(parts))) as Example;
}

export const WORKSPACE_ID = '0197a000-0000-7000-8000-0000000000a1';

/** An event as the log has it. Its data is held to the contract, so that the example is tested on what is really sent. */
export function recorded(
  { type, data }: { type: string; data: unknown },
  over: Partial<RecordedEvent> & { streamId: string; position: bigint },
): RecordedEvent {
  const { version, schema } = contractOf(type);
  return {
    eventId: randomUUID(),
    workspaceId: WORKSPACE_ID,
    revision: 0,
    type,
    schemaVersion: version,
    data: schema.parse(data),
    metadata: { userId: null, commandId: randomUUID(), correlationId: 'c', causationId: null },
    recordedAt: '2026-03-01T10:20:30.000Z',
    ...over,
  };
}

/** Key, value and headers as the relay sends them. */
export const sent = (event: RecordedEvent) => ({
  key: event.streamId.slice(event.streamId.indexOf('-') + 1),
  value: JSON.stringify(event.data),
  headers: headersOf(event),
});
