/** One upstream in the running sandbox: its context, its compiled routes, its background work. */
import type { FaultBook } from "./faults.ts";
import { compilePattern, type PathMatcher } from "./pattern.ts";
import type { StateFile } from "./state.ts";
import type { SimContext, SimRoute, Upstream } from "./upstream.ts";

/** What a context is made from. */
export interface ContextParts {
  readonly state: StateFile;
  readonly faults: FaultBook;
  readonly now: () => Date;
  readonly options: Readonly<Record<string, string>>;
}

/** The context of one upstream; also what tests of single handlers use. */
export function createContext(upstream: string, parts: ContextParts): SimContext {
  return {
    state: parts.state.of(upstream),
    now: parts.now,
    options: parts.options,
    customFault: (request, name) =>
      parts.faults.take(upstream, request, {
        accepts: (fault) =>
          fault.kind === "custom" ? fault.name === name : fault.kind === "empty" && name === "empty",
      }),
  };
}

export interface CompiledRoute {
  readonly route: SimRoute;
  readonly matches: PathMatcher;
}

/** An upstream that is running. */
export interface Mounted {
  readonly upstream: Upstream;
  readonly routes: readonly CompiledRoute[];
  readonly pages: readonly CompiledRoute[];
  /** The upstream's limits; without any, every call is let in. */
  readonly admit: ReturnType<NonNullable<Upstream["limits"]>>;
  /** Ends the background work; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Seeds the upstream when its state is new, and compiles its routes. `background` starts its own work too. */
export function mount(upstream: Upstream, parts: ContextParts): Mounted {
  const context = createContext(upstream.name, parts);
  if (parts.state.isNew(upstream.name)) {
    context.state.transaction(() => {
      upstream.seed?.(context);
      parts.state.markSeeded(upstream.name);
    });
  }
  const routes = upstream.routes(context).map(compile);
  const pages = (upstream.pages?.(context) ?? []).map(compile);
  const stop = upstream.start?.(context) ?? (() => Promise.resolve());
  const admit = upstream.limits?.(context) ?? (() => () => {});
  return { upstream, routes, pages, admit, stop };
}

function compile(route: SimRoute): CompiledRoute {
  return { route, matches: compilePattern(route.pattern) };
}

/** Where a path leads: the upstream, the path it sees, and whether that is inside its API. */
export interface Target {
  readonly mounted: Mounted;
  readonly path: string;
  readonly inside: boolean;
  readonly routes: readonly CompiledRoute[];
}

/** API prefixes first, then pages; null when the path belongs to nobody. */
export function findTarget(mounts: readonly Mounted[], path: string): Target | null {
  for (const mounted of mounts) {
    const { prefix } = mounted.upstream;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) continue;
    return { mounted, path: path.slice(prefix.length), inside: true, routes: mounted.routes };
  }
  const owner = mounts.find((mounted) => mounted.pages.some((page) => page.matches(path) !== null));
  return owner === undefined ? null : { mounted: owner, path, inside: false, routes: owner.pages };
}
