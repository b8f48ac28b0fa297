/**
 * `opt_fields`: what of a record an answer carries. A list answers compact records, a single read the standard ones; with
 * `opt_fields` exactly the asked fields and the gid. A related object asked for without its own fields comes back as gid
 * and resource_type alone: the strictest reading, so that a client names whatever it uses.
 */
import { badRequest } from "./refusals.ts";

/** A record with every field Asana could show. Fields are functions, because related records refer to each other. */
export interface Resource {
  readonly kind: "resource";
  readonly compact: readonly string[];
  /** Fields of a single read without `opt_fields`. */
  readonly standard: readonly string[];
  readonly fields: Readonly<Record<string, () => unknown>>;
}

/** Asked fields as a tree: `assignee.name` is `assignee` → `name`. */
export interface Selection extends ReadonlyMap<string, Selection> {}

interface Branch extends Map<string, Branch> {}

const MAX_FIELDS = 500;

/** Reads `a,b.c,(d|e).f`; null when nothing was asked. Unbalanced groups are a 400. */
export function parseFields(texts: readonly string[]): Selection | null {
  const paths = texts.flatMap((text) => splitOutside(text, ",")).flatMap((text) => expand(text.trim()));
  const asked = paths.filter((path) => path.length > 0);
  if (asked.length === 0) return null;
  const root: Branch = new Map();
  for (const path of asked) {
    let branch = root;
    for (const name of path) {
      const child: Branch = branch.get(name) ?? new Map();
      branch.set(name, child);
      branch = child;
    }
  }
  return root;
}

/** All paths of one expression: `(a|b).c` → `a.c`, `b.c`. */
function expand(text: string): string[][] {
  let paths: string[][] = [[]];
  for (const segment of splitOutside(text, ".")) {
    const choices =
      segment.startsWith("(") && segment.endsWith(")")
        ? splitOutside(segment.slice(1, -1), "|").flatMap(expand)
        : [segment === "" ? [] : [segment]];
    paths = paths.flatMap((path) => choices.map((choice) => [...path, ...choice]));
    if (paths.length > MAX_FIELDS) throw badRequest("opt_fields: Too many fields");
  }
  return paths;
}

function splitOutside(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth < 0) throw badRequest("opt_fields: Unbalanced parentheses");
    if (character === separator && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + character);
  }
  if (depth !== 0) throw badRequest("opt_fields: Unbalanced parentheses");
  return parts;
}

/** The record as an answer carries it. */
export function render(resource: Resource, selection: Selection | null, shape: "compact" | "standard"): unknown {
  const names = selection === null ? resource[shape] : ["gid", ...selection.keys()];
  const shown: Record<string, unknown> = {};
  for (const name of new Set(names)) {
    const field = resource.fields[name];
    if (field === undefined) continue;
    const below = selection?.get(name);
    shown[name] = selection === null ? compactValue(field()) : selectedValue(field(), below);
  }
  return shown;
}

function compactValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compactValue);
  if (isResource(value)) return render(value, null, "compact");
  if (isGroup(value)) return mapGroup(value, compactValue);
  return value;
}

const BARE: Selection = new Map([["resource_type", new Map()]]);

function selectedValue(value: unknown, below: Selection | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => selectedValue(item, below));
  const asked = below === undefined || below.size === 0 ? BARE : below;
  if (isResource(value)) return render(value, asked, "compact");
  if (isGroup(value))
    return mapGroup(value, (item, name) =>
      asked === BARE ? selectedValue(item, undefined) : pick(item, asked.get(name)),
    );
  return value;
}

/** Undefined leaves the member out. */
function pick(item: unknown, below: Selection | undefined): unknown {
  return below === undefined ? undefined : selectedValue(item, below);
}

/** Members without a gid of their own, such as a membership of a task. */
export interface Group {
  readonly kind: "group";
  readonly members: Readonly<Record<string, unknown>>;
}

function mapGroup(group: Group, map: (item: unknown, name: string) => unknown): unknown {
  return Object.fromEntries(
    Object.entries(group.members)
      .map(([name, item]) => [name, map(item, name)] as const)
      .filter(([, item]) => item !== undefined),
  );
}

function isResource(value: unknown): value is Resource {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "resource";
}

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "group";
}
