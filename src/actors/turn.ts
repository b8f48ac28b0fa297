/**
 * The one transaction of every actor: read, decide, append, enqueue, arm. Synchronous from end to end, so no other
 * call can see or change anything in between, and a crash leaves either all of it or nothing.
 */

/** The pure half of an actor. */
export interface TurnSpec<State, Command, Event, Effect, Refusal> {
  decide(
    state: State | null,
    command: Command,
    now: number,
  ): { readonly events: readonly Event[]; readonly effects: readonly Effect[]; readonly refusal: Refusal | null };
  evolve(state: State | null, event: Event, now: number): State;
  effectsOf(event: Event, state: State): readonly Effect[];
  /** Effects of every turn that logged something, such as the projection. */
  standing(state: State): readonly Effect[];
  /** `events`: all of the turn; `state` is the one they lead to. */
  dueAt(effect: Effect, state: State, events: readonly Event[], now: number): number;
  isLogged(event: Event): boolean;
  versionOf(state: State): number;
  wakeAt(state: State): number | null;
}

/** The durable half. Every method is synchronous SQL of this one actor. */
export interface TurnStorage<State, Event, Effect> {
  transaction<T>(work: () => T): T;
  readState(): State | null;
  writeState(state: State): void;
  /** Entries of the log, oldest first. */
  append(entries: readonly LoggedEvent<Event>[]): void;
  enqueue(effect: Effect, dueAt: number, now: number): void;
  earliestDue(): number | null;
  arm(at: number | null, now: number): void;
}

export interface LoggedEvent<Event> {
  readonly seq: number;
  readonly at: number;
  readonly event: Event;
}

export interface TurnOutcome<State, Event, Refusal> {
  readonly state: State | null;
  readonly logged: readonly LoggedEvent<Event>[];
  /** True when anything changed, logged or quiet. */
  readonly changed: boolean;
  readonly refusal: Refusal | null;
}

/**
 * Carries out one command.
 * @param also more rows of the same transaction, e.g. a journal entry, by the state the command leads to; not run when
 *   the command is refused
 */
export function takeTurn<State, Command, Event, Effect, Refusal>(
  spec: TurnSpec<State, Command, Event, Effect, Refusal>,
  storage: TurnStorage<State, Event, Effect>,
  command: Command,
  now: number,
  also: ((state: State | null) => void) | null = null,
): TurnOutcome<State, Event, Refusal> {
  return storage.transaction(() => {
    let state = storage.readState();
    const decision = spec.decide(state, command, now);
    if (decision.refusal !== null) return { state, logged: [], changed: false, refusal: decision.refusal };
    const logged: LoggedEvent<Event>[] = [];
    const effects: Effect[] = [...decision.effects];
    for (const event of decision.events) {
      state = spec.evolve(state, event, now);
      effects.push(...spec.effectsOf(event, state));
      if (!spec.isLogged(event)) continue;
      logged.push({ seq: spec.versionOf(state), at: now, event });
    }
    if (logged.length > 0) storage.append(logged);
    also?.(state);
    if (state !== null) {
      if (decision.events.length > 0) storage.writeState(state);
      if (logged.length > 0) effects.push(...spec.standing(state));
      for (const effect of effects) storage.enqueue(effect, spec.dueAt(effect, state, decision.events, now), now);
      storage.arm(earliest(spec.wakeAt(state), storage.earliestDue()), now);
    }
    return { state, logged, changed: decision.events.length > 0, refusal: null };
  });
}

/** The earlier of two instants, either of which may be absent. */
export function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
