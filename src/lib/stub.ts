/** Stubs of actors, typed shallowly. */

/** What an actor's methods are from outside: each answers later. */
export type StubOf<Actor> = {
  [Name in keyof Actor]: Actor[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never;
};

/**
 * A namespace whose stubs are typed by the actor's own methods. The platform's types look into every value that crosses,
 * and never come to an end on one that may be any JSON; what crosses is still checked against the actor's signatures.
 */
export function stubsOf<Actor>(namespace: { getByName(name: string): unknown }): {
  getByName(name: string): StubOf<Actor>;
} {
  return { getByName: (name) => namespace.getByName(name) as StubOf<Actor> };
}
