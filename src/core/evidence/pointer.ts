/** JSON Pointer (RFC 6901) over parsed JSON. Own properties only, so that no pointer reaches a prototype. */

/** A pointer taken apart once; `""` is the whole value. */
export type Path = readonly string[];

/** Takes a pointer apart. Error: RangeError when it is neither empty nor begins with `/`. */
export function parsePointer(pointer: string): Path {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw new RangeError(`not a JSON pointer: ${pointer.slice(0, 60)}`);
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a path; undefined when there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value: unknown = root;
  for (const part of path) {
    if (Array.isArray(value)) {
      value = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    } else if (isRecord(value) && Object.hasOwn(value, part)) {
      value = value[part];
    } else return undefined;
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The value at a pointer; undefined when there is none. */
export function pick(root: unknown, pointer: string): unknown {
  return valueAt(root, parsePointer(pointer));
}

const NUMERIC = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number, or a string that is one (some upstreams send numbers as strings); null for anything else. */
export function numeric(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && NUMERIC.test(value) ? Number(value) : null;
}
