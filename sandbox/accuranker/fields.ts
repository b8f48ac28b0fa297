/** `fields`: without it objects come back empty; dot paths pick fields of children. */

interface Wanted {
  readonly children: Map<string, Wanted>;
  /** The field itself was asked for, so all of it comes. */
  whole: boolean;
}

/** Copies only what `fields` asks for; names that do not exist are passed over. */
export function pickFields(value: Record<string, unknown>, fields: string | null): unknown {
  const root: Wanted = { children: new Map(), whole: false };
  for (const path of (fields ?? "").split(",")) {
    let at = root;
    for (const name of path.trim().split(".")) {
      if (name === "") break;
      const next: Wanted = at.children.get(name) ?? { children: new Map(), whole: false };
      at.children.set(name, next);
      at = next;
    }
    if (at !== root) at.whole = true;
  }
  return pick(value, root);
}

function pick(value: unknown, wanted: Wanted): unknown {
  if (wanted.whole) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, wanted));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, child]) => {
    const next = wanted.children.get(name);
    return next === undefined ? [] : [[name, pick(child, next)] as const];
  });
  return Object.fromEntries(entries);
}
