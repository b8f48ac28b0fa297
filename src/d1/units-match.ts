/** Rows of some Business Units: one bound parameter, however many they are. */
import { type RawBuilder, type SqlBool, sql } from "kysely";

/** The condition that `business_unit_id` is one of them. */
export function ofUnits(units: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`business_unit_id IN (SELECT value FROM json_each(${JSON.stringify(units)}))`;
}
