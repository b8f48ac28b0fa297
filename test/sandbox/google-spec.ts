/** Compares an answer with a schema of a vendor's document: no field the document lacks, no value of another type. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { asDiscovery } from "../contracts/support/vendor-documents.ts";

const ObjectSchema = v.record(v.string(), v.unknown());
type Json = Readonly<Record<string, unknown>>;

/** How strict to be where a document is known to be behind. */
export interface Leniency {
  /** Fields the document does not name are allowed. */
  readonly unknownFields?: boolean;
  /** A value may be null although the document does not say so. */
  readonly nulls?: boolean;
  /** Spellings of enums are not compared. */
  readonly enums?: boolean;
}

/** A vendor's document, or null with a printed line when `API_SPECS` is not set. */
export function openSpec(file: string): Spec | null {
  const folder = process.env.API_SPECS;
  if (folder === undefined || folder === "") {
    console.info(`${file}: answers were not compared with the vendor's document, API_SPECS is not set`);
    return null;
  }
  return new Spec(asDiscovery(v.parse(ObjectSchema, JSON.parse(readFileSync(join(folder, file), "utf8")))));
}

export class Spec {
  readonly #document: Json;

  constructor(document: Json) {
    this.#document = document;
  }

  /** What differs from the schema of that name, one line each. */
  differences(name: string, value: unknown, leniency: Leniency = {}): string[] {
    return this.#compare(this.#named(name), value, name, leniency);
  }

  #named(name: string): Json {
    const schemas = this.#document.schemas ?? objectAt(objectAt(this.#document, "components"), "schemas");
    return objectAt(schemas, name.split("/").at(-1) ?? name);
  }

  #compare(schema: Json, value: unknown, at: string, leniency: Leniency): string[] {
    if (typeof schema.$ref === "string") return this.#compare(this.#named(schema.$ref), value, at, leniency);
    if (value === null && (leniency.nulls === true || schema.nullable === true)) return [];
    const choices = [...listAt(schema, "anyOf"), ...listAt(schema, "oneOf")];
    if (choices.length > 0) {
      const tries = choices.map((choice) => this.#compare(choice, value, at, leniency));
      return tries.reduce((best, each) => (each.length < best.length ? each : best));
    }
    const { fields, closed } = this.#fields(schema);
    if (Object.keys(fields).length > 0) return this.#compareObject(fields, closed, value, at, leniency);
    if (schema.type === "array") {
      if (!Array.isArray(value)) return [`${at}: not a list`];
      const items = objectAt(schema, "items");
      return value.flatMap((item, index) => this.#compare(items, item, `${at}[${index}]`, leniency));
    }
    return compareScalar(schema, value, at, leniency);
  }

  #compareObject(fields: Json, closed: boolean, value: unknown, at: string, leniency: Leniency): string[] {
    const parsed = v.safeParse(ObjectSchema, value);
    if (!parsed.success || Array.isArray(value)) return [`${at}: not an object`];
    return Object.entries(parsed.output).flatMap(([key, inner]) => {
      if (key in fields) return this.#compare(objectAt(fields, key), inner, `${at}.${key}`, leniency);
      return closed && leniency.unknownFields !== true ? [`${at}.${key}: unknown field`] : [];
    });
  }

  /** Fields of a schema and of all it is made of. */
  #fields(schema: Json): { fields: Json; closed: boolean } {
    const parts = listAt(schema, "allOf").map((part) =>
      typeof part.$ref === "string" ? this.#named(part.$ref) : part,
    );
    const inner = parts.map((part) => this.#fields(part).fields);
    const fields = Object.assign({}, ...inner, objectAt(schema, "properties"));
    return { fields, closed: schema.additionalProperties !== true };
  }
}

function compareScalar(schema: Json, value: unknown, at: string, leniency: Leniency): string[] {
  const types =
    typeof schema.type === "string" ? [schema.type] : v.parse(v.optional(v.array(v.string()), []), schema.type);
  if (types.length === 0 || types.includes("object") || types.includes("any")) return [];
  if (!types.some((type) => fits(type, value))) return [`${at}: ${JSON.stringify(value)} is not ${types.join(" or ")}`];
  const spellings = Array.isArray(schema.enum) && leniency.enums !== true ? schema.enum : null;
  return spellings === null || spellings.includes(value)
    ? []
    : [`${at}: ${JSON.stringify(value)} is not one of the enum`];
}

function fits(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  return type === "null" ? value === null : typeof value === type;
}

function objectAt(value: unknown, key: string): Json {
  const parsed = v.safeParse(ObjectSchema, value);
  const inner = v.safeParse(ObjectSchema, parsed.success ? parsed.output[key] : undefined);
  return inner.success ? inner.output : {};
}

function listAt(schema: Json, key: string): Json[] {
  const parsed = v.safeParse(v.array(ObjectSchema), schema[key]);
  return parsed.success ? parsed.output : [];
}
