/** Staff of the agency: list, add, change, archive, undo. Stored roles take effect with the next request. */
import * as v from "valibot";
import { isGid } from "../core/ids.ts";
import { RoleSchema, type StaffUser } from "../core/wire-registry.ts";
import {
  addStaffUser,
  changeStaffUser,
  findStaffUser,
  listStaffUsers,
  otherAdmins,
  type StaffFields,
  staffTwins,
  takenUserIds,
} from "../d1/staff.ts";
import { personOf } from "./access.ts";
import { jsonBody, NameSchema } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { baseVersion, Reason, Removal, Version } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { PAGE_SIZE, textParam } from "./query.ts";
import { beforeEdit, changesBetween, recordEdit, staleWrite, type Writing } from "./record-edits.ts";

const Email = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(120),
  v.regex(/^[!-~]+@[!-~]+\.[!-~]+$/, "Expected an e-mail address."),
);
const AsanaUser = v.nullable(
  v.pipe(v.string(), v.trim(), v.check(isGid, "An Asana user is named by digits, as in the address of their profile.")),
);
const NewUser = v.object({
  name: NameSchema,
  email: Email,
  asanaUserGid: v.optional(AsanaUser, null),
  role: v.optional(v.nullable(RoleSchema), null),
  reason: Reason,
});
const UserChange = v.object({
  name: v.optional(NameSchema),
  email: v.optional(Email),
  asanaUserGid: v.optional(AsanaUser),
  role: v.optional(v.nullable(RoleSchema)),
  archived: v.optional(v.boolean()),
  version: Version,
  reason: Reason,
});

/** Tries of a change that somebody else's change overtook. */
const TRIES = 5;
const FIELDS = ["name", "email", "asanaUserGid", "role", "archivedAt"] as const;

export async function listUsersRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const found = await listStaffUsers(deps.index, {
    archived: textParam(url, "archived") === "true",
    after: textParam(url, "cursor"),
    limit: PAGE_SIZE + 1,
  });
  const items = found.slice(0, PAGE_SIZE);
  return json({ items, nextCursor: found.length > PAGE_SIZE ? (items.at(-1)?.userId ?? null) : null });
}

/** Why an address or an Asana user cannot be taken, naming who has it. */
async function twinRefusal(
  deps: HttpDeps,
  wanted: { readonly email: string; readonly asanaUserGid: string | null; readonly userId: string | null },
): Promise<Response | null> {
  const [twin] = await staffTwins(deps.index, wanted);
  if (twin === undefined) return null;
  const [path, what] = twin.email === wanted.email ? ["email", "The address"] : ["asanaUserGid", "The Asana user"];
  const past = twin.archivedAt === null ? "" : " (archived)";
  const message = `${what} belongs to ${twin.name}${past}, ${twin.userId}.`;
  return problem(409, "duplicate", message, { issues: [{ path, message }] });
}

/** `user_` and the local part of the address; numbered when that is taken. */
async function newUserId(deps: HttpDeps, email: string): Promise<string> {
  const local = email.slice(0, email.indexOf("@")).replace(/[^a-z0-9]+/g, "_");
  const base = `user_${local.replace(/^_+|_+$/g, "").slice(0, 60) || "staff"}`;
  const taken = await takenUserIds(deps.index, base);
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}_${n}`;
    if (!taken.has(id)) return id;
  }
}

export async function addUserRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, NewUser);
  if (!body.ok) return body.response;
  const { reason, ...wanted } = body.value;
  const twin = await twinRefusal(deps, { ...wanted, userId: null });
  if (twin !== null) return twin;
  const createdAt = deps.now().toISOString();
  for (let n = 1; ; n += 1) {
    const userId = await newUserId(deps, wanted.email);
    const user: StaffUser = { userId, ...wanted, version: 1, archivedAt: null, createdAt };
    const record = { scope: "user", scopeId: userId, version: 1 } as const;
    const edit = recordEdit(request, deps, record, { reason, restores: null }, changesBetween(FIELDS, null, user));
    try {
      await addStaffUser(deps.database, deps.index, user, edit);
      return json(user, 201);
    } catch (thrown) {
      // Between the look and the write somebody else took the address, or the id with another address.
      const late = await twinRefusal(deps, { ...wanted, userId: null });
      if (late !== null) return late;
      if (n === TRIES || (await findStaffUser(deps.index, userId)) === null) throw thrown;
    }
  }
}

const noSuchUser = (): Response => problem(404, "no_such_user", "There is no such member of staff.");

export async function changeUserRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, UserChange);
  if (!body.ok) return body.response;
  const { version, reason, archived, ...wanted } = body.value;
  const base = baseVersion(request, version);
  if (!base.ok) return base.response;
  const archivedAt = archived === undefined ? undefined : archived ? deps.now().toISOString() : null;
  return change(request, deps, { ...wanted, archivedAt }, { base: base.value, reason, restores: null });
}

/** Archives: what they did keeps their name, and they may do nothing more. */
export async function removeUserRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, Removal);
  if (!body.ok) return body.response;
  const { version, reason } = body.value;
  const base = baseVersion(request, version);
  if (!base.ok) return base.response;
  return change(request, deps, { archivedAt: deps.now().toISOString() }, { base: base.value, reason, restores: null });
}

const Before = v.object({
  name: v.optional(NameSchema),
  email: v.optional(Email),
  asanaUserGid: v.optional(AsanaUser),
  role: v.optional(v.nullable(RoleSchema)),
  archivedAt: v.optional(v.nullable(v.string())),
});

/** Puts the fields of an edit back to what they were before it, as a new edit. */
export async function restoreUserRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { userId = "", editId = "" } = request.params;
  const body = await jsonBody(request, Removal);
  if (!body.ok) return body.response;
  const base = baseVersion(request, body.value.version);
  if (!base.ok) return base.response;
  const before = await beforeEdit(deps, { scope: "user", scopeId: userId }, editId, Before);
  if (!before.ok) return before.response;
  return change(request, deps, before.value, { base: base.value, reason: body.value.reason, restores: editId });
}

type Wanted = { readonly [K in keyof StaffFields]?: StaffFields[K] | undefined };

async function change(request: RouteRequest, deps: HttpDeps, wanted: Wanted, why: Writing): Promise<Response> {
  const userId = request.params.userId ?? "";
  for (let n = 0; n < TRIES; n += 1) {
    const now = await findStaffUser(deps.index, userId);
    if (now === null) return noSuchUser();
    const next = merged(now, wanted);
    const changes = changesBetween(FIELDS, now, next);
    if (changes.length === 0) return json(now);
    const record = { scope: "user", scopeId: userId, version: now.version } as const;
    const refusal =
      stillArchived(now, next) ??
      (await staleWrite(deps, record, changes, why.base)) ??
      (await twinRefusal(deps, { ...next, userId })) ??
      (await lastAdmin(request, deps, now, next));
    if (refusal !== null) return refusal;
    const version = now.version + 1;
    const edit = recordEdit(request, deps, { ...record, version }, why, changes);
    if (await changeStaffUser(deps.database, deps.index, next, edit)) return json({ ...now, ...next, version });
  }
  return problem(409, "busy", "Others keep changing this record. Look again and repeat.");
}

/** Somebody in the archive is changed by taking them out of it, with whatever else is to change. */
function stillArchived(now: StaffUser, next: StaffFields): Response | null {
  if (now.archivedAt === null || next.archivedAt === null) return null;
  return problem(409, "archived", `${now.name} is archived; take them out of the archive first.`);
}

/** Nobody shuts the last door behind them; a program with the service token may, as it can open it again. */
async function lastAdmin(
  request: RouteRequest,
  deps: HttpDeps,
  now: StaffUser,
  next: StaffFields,
): Promise<Response | null> {
  if (now.role !== "admin" || (next.role === "admin" && next.archivedAt === null) || deps.strangersAreAdmins)
    return null;
  const person = await personOf(request, deps);
  if (person.kind === "service" || (await otherAdmins(deps.index, now.userId))) return null;
  return problem(409, "last_admin", `${now.name} is the last admin of the agency. Make somebody else one first.`);
}

function merged(now: StaffUser, wanted: Wanted): StaffFields {
  const { name, email, asanaUserGid, role, archivedAt } = wanted;
  return {
    name: name ?? now.name,
    email: email ?? now.email,
    asanaUserGid: asanaUserGid === undefined ? now.asanaUserGid : asanaUserGid,
    role: role === undefined ? now.role : role,
    // Archived once is archived since then.
    archivedAt:
      archivedAt === undefined || (archivedAt !== null && now.archivedAt !== null) ? now.archivedAt : archivedAt,
  };
}
