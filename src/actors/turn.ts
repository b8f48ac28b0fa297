/**
 * The one transaction of every actor: read, decide, append, enqueue, arm. Synchronous from end to end, so no other
 * call can see or change anything in between, and a crash leaves either all of it or nothing.
 */

/** The pure half of an actor. */
export interface TurnSpec<State, Command, Event, Effect, Refusal, Work = never> {
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
  /** What lies beside an entry of the log; `state` is the one the event leads to. */
  workOf(event: Event, command: Command, state: State): Work | null;
  /** True when the log's entries of these events are enough to find the state again. */
  isToldByLog(events: readonly Event[]): boolean;
}

/** The durable half. Every method is synchronous SQL of this one actor. */
export interface TurnStorage<State, Event, Effect, Work = never> {
  transaction<T>(work: () => T): T;
  readState(): State | null;
  writeState(state: State): void;
  /** Entries of the log, oldest first. */
  append(entries: readonly NewEntry<Event, Work>[]): void;
  enqueue(effect: Effect, dueAt: number, now: number): void;
  earliestDue(): number | null;
  arm(at: number | null, now: number): void;
  /** How the log alone is written; null: this actor always writes its state. */
  readonly lean: LeanStorage<State, Event, Effect, Work> | null;
}

/** For turns whose entries of the log are all there is to write. */
export interface LeanStorage<State, Event, Effect, Work> {
  /** True when promising that changes no row. */
  isPromised(effect: Effect, dueAt: number): boolean;
  /** True when arming so changes nothing. */
  isArmed(at: number | null, now: number): boolean;
  /**
   * Writes the log alone, all of it or nothing; the rows of the state follow with a later turn. False, and nothing is
   * written: the rows have been left behind far enough.
   */
  appendAlone(entries: readonly NewEntry<Event, Work>[], state: State): boolean;
}

export interface LoggedEvent<Event> {
  readonly seq: number;
  readonly at: number;
  readonly event: Event;
}

/** An entry to write, with what lies beside it. */
export interface NewEntry<Event, Work> extends LoggedEvent<Event> {
  readonly work: Work | null;
}

export interface TurnOutcome<State, Event, Refusal> {
  readonly state: State | null;
  readonly logged: readonly LoggedEvent<Event>[];
  /** True when anything changed, logged or quiet. */
  readonly changed: boolean;
  readonly refusal: Refusal | null;
}

/** What a command leads to, before anything is written. */
interface Turn<State, Event, Effect, Work> {
  readonly state: State | null;
  readonly events: readonly Event[];
  readonly logged: readonly NewEntry<Event, Work>[];
  readonly effects: readonly { readonly effect: Effect; readonly dueAt: number }[];
}

/**
 * Carries out one command.
 * @param also more rows of the same transaction, by the state the command leads to; not run when the command is refused
 */
export function takeTurn<State, Command, Event, Effect, Refusal, Work = never>(
  spec: TurnSpec<State, Command, Event, Effect, Refusal, Work>,
  storage: TurnStorage<State, Event, Effect, Work>,
  command: Command,
  now: number,
  also: ((state: State | null) => void) | null = null,
): TurnOutcome<State, Event, Refusal> {
  const before = storage.readState();
  const decision = spec.decide(before, command, now);
  if (decision.refusal !== null) return { state: before, logged: [], changed: false, refusal: decision.refusal };
  const turn = follow(spec, before, command, decision, now);
  if (also !== null || !writtenByLog(spec, storage, turn, now))
    storage.transaction(() => write(spec, storage, turn, also, now));
  return { state: turn.state, logged: turn.logged, changed: decision.events.length > 0, refusal: null };
}

function follow<State, Command, Event, Effect, Refusal, Work>(
  spec: TurnSpec<State, Command, Event, Effect, Refusal, Work>,
  before: State | null,
  command: Command,
  { events, effects: first }: { readonly events: readonly Event[]; readonly effects: readonly Effect[] },
  now: number,
): Turn<State, Event, Effect, Work> {
  let state = before;
  const logged: NewEntry<Event, Work>[] = [];
  const effects: Effect[] = [...first];
  for (const event of events) {
    state = spec.evolve(state, event, now);
    effects.push(...spec.effectsOf(event, state));
    if (!spec.isLogged(event)) continue;
    logged.push({ seq: spec.versionOf(state), at: now, event, work: spec.workOf(event, command, state) });
  }
  const after = state;
  if (after === null) return { state, events, logged, effects: [] };
  if (logged.length > 0) effects.push(...spec.standing(after));
  const due = effects.map((effect) => ({ effect, dueAt: spec.dueAt(effect, after, events, now) }));
  return { state, events, logged, effects: due };
}

/** An attempt that gets on promises nothing that is not promised already: then its entries of the log are all there is to write. */
function writtenByLog<State, Command, Event, Effect, Refusal, Work>(
  spec: TurnSpec<State, Command, Event, Effect, Refusal, Work>,
  storage: TurnStorage<State, Event, Effect, Work>,
  { state, events, logged, effects }: Turn<State, Event, Effect, Work>,
  now: number,
): boolean {
  const { lean } = storage;
  if (lean === null || state === null || !spec.isToldByLog(events)) return false;
  if (!effects.every(({ effect, dueAt }) => lean.isPromised(effect, dueAt))) return false;
  if (!lean.isArmed(earliest(spec.wakeAt(state), storage.earliestDue()), now)) return false;
  return lean.appendAlone(logged, state);
}

function write<State, Command, Event, Effect, Refusal, Work>(
  spec: TurnSpec<State, Command, Event, Effect, Refusal, Work>,
  storage: TurnStorage<State, Event, Effect, Work>,
  { state, events, logged, effects }: Turn<State, Event, Effect, Work>,
  also: ((state: State | null) => void) | null,
  now: number,
): void {
  if (logged.length > 0) storage.append(logged);
  also?.(state);
  if (state === null) return;
  if (events.length > 0) storage.writeState(state);
  for (const { effect, dueAt } of effects) storage.enqueue(effect, dueAt, now);
  storage.arm(earliest(spec.wakeAt(state), storage.earliestDue()), now);
}

/** The earlier of two instants, either of which may be absent. */
export function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
