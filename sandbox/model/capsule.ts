/** Finds the data in a prompt: callers fence it, so the text around it is not JSON. */

/** A JSON object whose fields are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Narrows to an object that is no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first balanced JSON object of a text that has one of the wanted keys, else the first one, else null. */
export function findObject(text: string, wanted: readonly string[]): JsonObject | null {
  let first: JsonObject | null = null;
  let at = text.indexOf("{");
  while (at >= 0) {
    const end = closingBrace(text, at);
    const found = end === null ? null : parsed(text.slice(at, end + 1));
    if (found !== null && wanted.some((key) => key in found)) return found;
    first ??= found;
    // What failed to parse may hold an object further in; what parsed is skipped whole.
    at = text.indexOf("{", found === null || end === null ? at + 1 : end + 1);
  }
  return first;
}

function closingBrace(text: string, from: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === "\\") at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === "{") depth += 1;
    else if (sign === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return null;
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Items of a list that are objects; nothing for anything else. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Items of a list that are texts; nothing for anything else. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Every text inside a value, in order. */
export function allTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(allTexts);
  return isObject(value) ? Object.values(value).flatMap(allTexts) : [];
}
