/** Changing an immutable value only where it differs. */

/** The value with these fields; the very same object when it has them already, so that nobody takes it for changed. */
export function patched<T extends object>(value: T, fields: Partial<T>): T {
  for (const field in fields) if (fields[field] !== value[field]) return { ...value, ...fields };
  return value;
}
