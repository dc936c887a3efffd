/**
 * How an event contract is written down and read back. One file per stream kind lists its types; the
 * registry (`registry.ts`) joins them. A contract is forever: additive changes keep the version, any
 * other change gets a new version and an upcaster from the one before.
 */
import { z } from 'zod';

/** Turns the data of version n into the data of version n + 1. Pure. */
export type Upcaster = (data: unknown) => unknown;

export interface EventContract<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  type: Type;
  /** Current version, from 1. Equals the number of upcasters + 1. */
  version: number;
  schema: Schema;
  /** `upcasters[0]` leads from version 1 to 2, and so on. */
  upcasters: Upcaster[];
}

export function eventContract<const Type extends string, Schema extends z.ZodType>(
  type: Type,
  schema: Schema,
  upcasters: Upcaster[] = [],
): EventContract<Type, Schema> {
  return { type, schema, upcasters, version: upcasters.length + 1 };
}

/** `{ type, data }` of one contract, as deciders produce and fold it. */
export type EventOf<Contract> =
  Contract extends EventContract<infer Type, infer Schema> ? { type: Type; data: z.infer<Schema> } : never;

/** Who and what caused an event; the same for every event of one append. */
export const EventMetadata = z.strictObject({
  /** The acting user, or null for the system itself (expiry, recovery). */
  userId: z.uuid().nullable(),
  /** The command that decided this event; a repeated command repeats the same event ids. */
  commandId: z.uuid(),
  /** Follows one request through every stream it touches. */
  correlationId: z.string().min(1).max(128),
  /** The event a saga reacted to; null when a person caused it. */
  causationId: z.uuid().nullable(),
  /** W3C trace context, when the caller carried one. */
  traceparent: z.string().max(64).optional(),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** An event on its way into a stream. */
export interface NewEvent {
  /** Derived (UUID v5 of command and ordinal), so that a repeated append is recognised. */
  eventId: string;
  type: string;
  schemaVersion: number;
  data: unknown;
}

/** An event as the log holds it. */
export interface RecordedEvent {
  eventId: string;
  workspaceId: string;
  streamId: string;
  /** Place in its stream, from 0 without gaps. */
  revision: number;
  /** Place in the whole log: growing, with gaps. */
  position: bigint;
  type: string;
  schemaVersion: number;
  data: unknown;
  metadata: EventMetadata;
  /** ISO 8601 UTC, milliseconds. */
  recordedAt: string;
}
