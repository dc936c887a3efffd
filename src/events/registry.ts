/** Every event type this product writes. Reading upcasts first; what comes from outside is then validated. */
import { CATALOGUE_EVENTS, type CatalogueEvent } from './catalogue.events.js';
import type { EventContract, RecordedEvent } from './contract.js';
import { DRAFT_EVENTS, PLAN_EVENTS, type DraftEvent, type PlanEvent } from './draft.events.js';
import { IMPORT_EVENTS, type ImportEvent } from './import.events.js';
import { WORKSPACE_EVENTS, type WorkspaceEvent } from './workspace.events.js';

export const EVENT_CONTRACTS: readonly EventContract[] = [
  ...DRAFT_EVENTS,
  ...PLAN_EVENTS,
  ...CATALOGUE_EVENTS,
  ...WORKSPACE_EVENTS,
  ...IMPORT_EVENTS,
];
const CONTRACT_BY_TYPE = new Map(EVENT_CONTRACTS.map((contract) => [contract.type, contract]));

export type DomainEvent = DraftEvent | PlanEvent | CatalogueEvent | WorkspaceEvent | ImportEvent;

/** A recorded event whose data is of the current version and validated. */
export type ReadEvent<Event extends DomainEvent = DomainEvent> = Event extends DomainEvent
  ? Omit<RecordedEvent, 'type' | 'data'> & Event
  : never;

/** The current version of a type's schema. Throws on a type this product never writes. */
export function contractOf(type: string): EventContract {
  const contract = CONTRACT_BY_TYPE.get(type);
  if (!contract) throw new Error(`unknown event type: ${type}`);
  return contract;
}

/**
 * Upcasts an event to the current version and validates it: for events that come from outside.
 * Throws (ZodError or Error) on an unknown type, a version from the future or none at all, or data outside the contract.
 */
export function readEvent(recorded: RecordedEvent): ReadEvent {
  const event = upcastEvent(recorded);
  return { ...event, data: contractOf(event.type).schema.parse(event.data) } as ReadEvent;
}

/**
 * Upcasts an event of our own log, which was validated before it was appended and cannot change there. Validating the
 * rows of a large change set again took longer than everything else its execution does.
 * Throws on an unknown type, a version from the future or none at all.
 */
export function upcastEvent(recorded: RecordedEvent): ReadEvent {
  const contract = contractOf(recorded.type);
  if (!Number.isInteger(recorded.schemaVersion) || recorded.schemaVersion < 1)
    throw new Error(`${recorded.type} has no version ${recorded.schemaVersion}`);
  if (recorded.schemaVersion > contract.version)
    throw new Error(
      `${recorded.type} version ${recorded.schemaVersion} is newer than this program's ${contract.version}`,
    );
  const data = contract.upcasters
    .slice(recorded.schemaVersion - 1)
    .reduce((older, upcast) => upcast(older), recorded.data);
  return { ...recorded, schemaVersion: contract.version, data } as ReadEvent;
}
