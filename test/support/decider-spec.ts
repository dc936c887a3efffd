/**
 * Given these events, when this is decided, then those events, nothing, or a refusal. The idea is emmett's
 * `DeciderSpecification`. State never shows: what a spec knows of a stream is its events.
 */
import { expect } from 'vitest';
import type { Decision, Evolution } from '../../src/commands/decision.js';
import { contractOf } from '../../src/events/registry.js';

interface AnyEvent {
  type: string;
  data: unknown;
}

interface Then<Event, Refusal> {
  /** Exactly these events, in this order, each true to its contract. */
  thenEvents(...events: Event[]): void;
  /** Accepted, and there was nothing to record. */
  thenNothing(): void;
  thenRefused(refusal: Refusal): void;
}

export function deciderSpec<State, Event extends AnyEvent>({ initial, evolve }: Evolution<State, Event>) {
  return (...events: Event[]) => ({
    when<Refusal>(decide: (state: State) => Decision<Event, Refusal>): Then<Event, Refusal> {
      const state = events.map(validated).reduce((folded, event) => evolve(folded, event), initial);
      return outcomeOf(decide(state));
    },
  });
}

/** For decisions over something other than a folded stream. */
export function outcomeOf<Event, Refusal>(decision: Decision<Event, Refusal>): Then<Event, Refusal> {
  return {
    thenEvents(...expected) {
      expect(decision).toEqual({ accepted: true, events: expected });
      if (decision.accepted) decision.events.forEach((event) => isEvent(event) && validated(event));
    },
    thenNothing() {
      expect(decision).toEqual({ accepted: true, events: [] });
    },
    thenRefused(refusal) {
      expect(decision).toEqual({ accepted: false, refusal });
    },
  };
}

/** A spec over events that could never be in the log proves nothing. */
export function validated<Event extends AnyEvent>(event: Event): Event {
  contractOf(event.type).schema.parse(event.data);
  return event;
}

const isEvent = (event: unknown): event is AnyEvent =>
  typeof event === 'object' && event !== null && 'type' in event && 'data' in event;
