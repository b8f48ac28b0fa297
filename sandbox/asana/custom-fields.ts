/** Values of custom fields on write. */
import type { CustomFieldRecord, TaskRecord } from "./records.ts";
import { badRequest } from "./refusals.ts";
import { customFieldsOf } from "./views-places.ts";
import type { World } from "./world.ts";

/** Field gid → value: gid of an enum option, text, or null for empty. */
export type CustomFieldInput = Readonly<Record<string, unknown>>;

/** The task's values with the input written over them; only fields of the task's projects can be set. */
export function readCustomFields(world: World, task: TaskRecord, input: CustomFieldInput): Record<string, string> {
  const known = new Map(customFieldsOf(world, task).map((field) => [field.gid, field]));
  const values: Record<string, string> = { ...task.customFields };
  for (const [gid, value] of Object.entries(input)) {
    const field = known.get(gid);
    if (field === undefined)
      throw badRequest(`custom_fields: Custom field with ID ${gid.slice(0, 40)} is not on given object`);
    const stored = readValue(field, value);
    if (stored === null) delete values[gid];
    else values[gid] = stored;
  }
  return values;
}

function readValue(field: CustomFieldRecord, value: unknown): string | null {
  if (value === null || value === "") return null;
  if (typeof value !== "string")
    throw badRequest(`custom_fields: ${field.gid}: Not a string: ${JSON.stringify(value)}`);
  if (field.type === "enum" && !field.options.some(({ gid }) => gid === value)) {
    throw badRequest(`custom_fields: ${field.gid}: Not a valid enum option: ${value.slice(0, 40)}`);
  }
  return value;
}
