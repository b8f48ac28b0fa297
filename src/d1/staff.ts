/** Staff of the agency: truth in D1, each change with its line of the edit history in the same batch. */
import * as v from "valibot";
import { type StaffUser, StaffUserSchema } from "../core/wire-registry.ts";
import { parseRow } from "../lib/rows.ts";
import { editLines, inOneBatch, type RecordEdit } from "./edits.ts";
import type { Index } from "./schema.ts";

const Row = v.object({
  user_id: v.string(),
  name: v.string(),
  email: v.string(),
  asana_user_gid: v.nullable(v.string()),
  agency_role: v.nullable(v.string()),
  version: v.number(),
  archived_at: v.nullable(v.string()),
  created_at: v.string(),
});

function staffUser(raw: unknown): StaffUser {
  const row = parseRow(Row, raw, "staff user");
  const role = v.safeParse(StaffUserSchema.entries.role, row.agency_role);
  return {
    userId: row.user_id,
    name: row.name,
    email: row.email,
    asanaUserGid: row.asana_user_gid,
    role: role.success ? role.output : null,
    version: row.version,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
  };
}

/** One page of staff, those who are archived or those who are not, by id. */
export async function listStaffUsers(
  index: Index,
  page: { readonly archived: boolean; readonly after: string | null; readonly limit: number },
): Promise<readonly StaffUser[]> {
  const rows = await index
    .selectFrom("staff_users")
    .selectAll()
    .where("user_id", ">", page.after ?? "")
    .where("archived_at", page.archived ? "is not" : "is", null)
    .orderBy("user_id")
    .limit(page.limit)
    .execute();
  return rows.map(staffUser);
}

/** One member of staff, archived or not; null when there is none. */
export async function findStaffUser(index: Index, userId: string): Promise<StaffUser | null> {
  const row = await index.selectFrom("staff_users").selectAll().where("user_id", "=", userId).executeTakeFirst();
  return row === undefined ? null : staffUser(row);
}

/** Whoever else has the address or the Asana user, archived or not. */
export async function staffTwins(
  index: Index,
  wanted: { readonly email: string; readonly asanaUserGid: string | null; readonly userId: string | null },
): Promise<readonly StaffUser[]> {
  const by = (column: "email" | "asana_user_gid", value: string) =>
    index.selectFrom("staff_users").selectAll().where(column, "=", value).execute();
  const found = await Promise.all([
    by("email", wanted.email),
    wanted.asanaUserGid === null ? [] : by("asana_user_gid", wanted.asanaUserGid),
  ]);
  return found
    .flat()
    .map(staffUser)
    .filter((one) => one.userId !== wanted.userId);
}

/** Whether anybody but this member of staff is an admin of the agency. */
export async function otherAdmins(index: Index, userId: string): Promise<boolean> {
  const row = await index
    .selectFrom("staff_users")
    .select("user_id")
    .where("agency_role", "=", "admin")
    .where("archived_at", "is", null)
    .where("user_id", "!=", userId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Which of some ids are taken. */
export async function takenUserIds(index: Index, prefix: string): Promise<ReadonlySet<string>> {
  const rows = await index
    .selectFrom("staff_users")
    .select("user_id")
    .where("user_id", ">=", prefix)
    .where("user_id", "<", `${prefix}\uffff`)
    .execute();
  return new Set(rows.map((row) => row.user_id));
}

/** What of a member of staff can be edited. */
export interface StaffFields {
  readonly name: string;
  readonly email: string;
  readonly asanaUserGid: string | null;
  readonly role: StaffUser["role"];
  readonly archivedAt: string | null;
}

/** Adds a member of staff. Error: a constraint of D1 when somebody else just took the address. */
export async function addStaffUser(
  database: D1Database,
  index: Index,
  user: StaffUser,
  edit: RecordEdit,
): Promise<void> {
  const insert = index
    .insertInto("staff_users")
    .values({
      user_id: user.userId,
      name: user.name,
      email: user.email,
      asana_user_gid: user.asanaUserGid,
      agency_role: user.role,
      version: user.version,
      archived_at: null,
      created_at: user.createdAt,
    })
    .compile();
  await inOneBatch(database, [insert, editLines(index, edit)]);
}

/** Changes a member of staff from one version to the next. False: somebody else changed it meanwhile. */
export async function changeStaffUser(
  database: D1Database,
  index: Index,
  fields: StaffFields,
  edit: RecordEdit,
): Promise<boolean> {
  const update = index
    .updateTable("staff_users")
    .set({
      name: fields.name,
      email: fields.email,
      asana_user_gid: fields.asanaUserGid,
      agency_role: fields.role,
      archived_at: fields.archivedAt,
      version: edit.version,
    })
    .where("user_id", "=", edit.scopeId)
    .where("version", "=", edit.version - 1)
    .compile();
  const [updated] = await inOneBatch(database, [update, editLines(index, edit)]);
  return (updated?.meta.changes ?? 0) > 0;
}
