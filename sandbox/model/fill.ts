/** The smallest value a JSON schema takes: the answer to a schema this model has no skill for. */
import { isObject, type JsonObject, objectsIn, textsIn } from "./capsule.ts";

const DEEPEST = 40;

/** A minimal value of a schema; `$ref` is looked up in the schema's own `$defs` or `definitions`. */
export function minimalValue(schema: JsonObject, root: JsonObject = schema, depth = 0): unknown {
  if (depth > DEEPEST) return null;
  const next = (inner: JsonObject): unknown => minimalValue(inner, root, depth + 1);
  if (typeof schema.$ref === "string") {
    const target = lookUp(root, schema.$ref);
    return target === null ? null : next(target);
  }
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [choice] = [...objectsIn(schema.anyOf), ...objectsIn(schema.oneOf)];
  if (choice !== undefined) return next(choice);
  return byType(schema, next);
}

function byType(schema: JsonObject, next: (inner: JsonObject) => unknown): unknown {
  const types = typeof schema.type === "string" ? [schema.type] : textsIn(schema.type);
  const type = types.includes("null") ? "null" : (types[0] ?? ("properties" in schema ? "object" : "null"));
  const size = (key: string): number => (typeof schema[key] === "number" ? schema[key] : 0);
  switch (type) {
    case "object":
      return objectValue(schema, next);
    case "array": {
      const items = isObject(schema.items) ? schema.items : {};
      return Array.from({ length: size("minItems") }, () => next(items));
    }
    case "string":
      return "-".repeat(size("minLength"));
    case "number":
    case "integer":
      return size("minimum");
    case "boolean":
      return false;
    default:
      return null;
  }
}

function objectValue(schema: JsonObject, next: (inner: JsonObject) => unknown): Record<string, unknown> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? textsIn(schema.required) : Object.keys(properties);
  return Object.fromEntries(
    required.map((name) => {
      const inner = properties[name];
      return [name, isObject(inner) ? next(inner) : null];
    }),
  );
}

function lookUp(root: JsonObject, pointer: string): JsonObject | null {
  let at: unknown = root;
  for (const name of pointer.replace(/^#\/?/, "").split("/")) {
    if (name === "") continue;
    at = isObject(at) ? at[name] : null;
  }
  return isObject(at) ? at : null;
}
