/** What a pure decision returns: events to append, or a refusal as a value. Bugs throw; refusals do not. */

export type Decision<Event, Refusal> =
  { accepted: true; events: Event[] } | { accepted: false; refusal: Refusal };

/** No events means: already so, nothing to do. The command is accepted all the same. */
export const accept = <Event>(...events: Event[]): { accepted: true; events: Event[] } => ({
  accepted: true,
  events,
});

export const refuse = <const Refusal>(refusal: Refusal): { accepted: false; refusal: Refusal } => ({
  accepted: false,
  refusal,
});

/** The state of one stream kind: where it starts and how an event changes it. Both pure. */
export interface Evolution<State, Event> {
  initial: State;
  evolve(state: State, event: Event): State;
}

/** Decisions of which each decides on what the ones before it have led to; the first refusal refuses them all. */
export const inSequence =
  <State, Event, Refusal>(
    { evolve }: Pick<Evolution<State, Event>, 'evolve'>,
    decisions: readonly ((state: State, now: string) => Decision<Event, Refusal>)[],
  ) =>
  (state: State, now: string): Decision<Event, Refusal> => {
    const events: Event[] = [];
    let reached = state;
    for (const decide of decisions) {
      const decided = decide(reached, now);
      if (!decided.accepted) return decided;
      events.push(...decided.events);
      reached = decided.events.reduce(evolve, reached);
    }
    return accept(...events);
  };
