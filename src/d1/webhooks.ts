/** Webhooks we asked Asana for, each with its sealed secret, and where we are in the event streams. */
import { type Selectable, sql } from "kysely";
import * as v from "valibot";
import type { Finding, Registration, RegistrationState } from "../core/intake/webhooks.ts";
import type { WebhookView } from "../core/wire-ops.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index, Tables } from "./schema.ts";

const State = v.picklist(["requested", "confirmed", "active", "lost", "failed"]);
const StateRow = v.object({ state: State });

/** A registration with its sealed secret. */
export interface StoredRegistration extends Omit<Registration, "readable"> {
  readonly secret: string | null;
}

/** What Asana says about the deliveries of a webhook. */
export interface DeliveryHealth {
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  readonly lastFailureContent: string | null;
  readonly retryCount: number;
  readonly deletionAt: string | null;
}

const MAX_CONTENT = 300;

function stateOf(row: { readonly state: string }): RegistrationState {
  return parseRow(StateRow, row, "webhook registration").state;
}

/** Notes that a webhook is being asked for: from now on its handshake is awaited. */
export async function requestRegistration(
  index: Index,
  asked: { readonly registrationId: string; readonly projectGid: string; readonly target: string; readonly at: string },
): Promise<void> {
  await index
    .insertInto("asana_webhooks")
    .values({
      registration_id: asked.registrationId,
      project_gid: asked.projectGid,
      target: asked.target,
      state: "requested",
      webhook_gid: null,
      secret: null,
      requested_at: asked.at,
      problem: null,
      checked_at: null,
      last_success_at: null,
      last_failure_at: null,
      last_failure_content: null,
      retry_count: 0,
      deletion_at: null,
      last_delivery_at: null,
    })
    .execute();
}

/** Takes the handshake of a registration that awaits it, once. False: nobody asked for it, or not lately. */
export async function confirmRegistration(
  index: Index,
  registrationId: string,
  sealed: string,
  requestedAfter: string,
): Promise<boolean> {
  const done = await index
    .updateTable("asana_webhooks")
    .set({ state: "confirmed", secret: sealed })
    .where("registration_id", "=", registrationId)
    .where("state", "=", "requested")
    .where("requested_at", ">", requestedAfter)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Writes what a check found. A registration whose creation is still under way keeps what it learned meanwhile. */
export async function noteFinding(
  index: Index,
  finding: Finding,
  health: DeliveryHealth | null,
  at: string,
): Promise<void> {
  const { registrationId, state, webhookGid, problem } = finding;
  const heard =
    health === null
      ? {}
      : {
          last_success_at: health.lastSuccessAt,
          last_failure_at: health.lastFailureAt,
          last_failure_content: health.lastFailureContent?.slice(0, MAX_CONTENT) ?? null,
          retry_count: health.retryCount,
          deletion_at: health.deletionAt,
        };
  // While it is being made the handshake decides its state, not a check that looked before.
  const settled = state === "requested" || state === "confirmed" ? {} : { state, webhook_gid: webhookGid, problem };
  await index
    .updateTable("asana_webhooks")
    .set({ ...settled, checked_at: at, ...heard })
    .where("registration_id", "=", registrationId)
    .execute();
}

/** Every registration of a project, newest first. */
export async function registrationsOf(index: Index, projectGid: string): Promise<readonly StoredRegistration[]> {
  const rows = await index
    .selectFrom("asana_webhooks")
    .selectAll()
    .where("project_gid", "=", projectGid)
    .orderBy("requested_at", "desc")
    .execute();
  return rows.map((row) => ({
    registrationId: row.registration_id,
    projectGid: row.project_gid,
    target: row.target,
    state: stateOf(row),
    webhookGid: row.webhook_gid,
    requestedAt: row.requested_at,
    secret: row.secret,
  }));
}

/** The sealed secret of a registration; null when there is none. */
export async function sealedSecretOf(index: Index, registrationId: string): Promise<string | null> {
  const row = await index
    .selectFrom("asana_webhooks")
    .select("secret")
    .where("registration_id", "=", registrationId)
    .executeTakeFirst();
  return row?.secret ?? null;
}

/** A signed delivery of a registration arrived. */
export async function noteDelivery(index: Index, registrationId: string, at: string): Promise<void> {
  await index
    .updateTable("asana_webhooks")
    .set({ last_delivery_at: at })
    .where("registration_id", "=", registrationId)
    .execute();
}

/** Has registrations sign no delivery any more. */
export async function eraseSecrets(index: Index, registrationIds: readonly string[]): Promise<void> {
  await index
    .updateTable("asana_webhooks")
    .set({ secret: null })
    .where(sql<boolean>`registration_id IN (SELECT value FROM json_each(${JSON.stringify(registrationIds)}))`)
    .execute();
}

/** Forgets registrations that ended before then. */
export async function forgetRegistrations(index: Index, before: string): Promise<void> {
  await index
    .deleteFrom("asana_webhooks")
    .where("state", "in", ["lost", "failed"])
    .where("requested_at", "<", before)
    .where("checked_at", "<", before)
    .execute();
}

/** True when a webhook we made is at work. */
export async function hasActiveWebhook(index: Index): Promise<boolean> {
  const row = await index
    .selectFrom("asana_webhooks")
    .select("registration_id")
    .where("state", "=", "active")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Every registration for ops, newest first; never a secret. */
export async function listWebhooks(index: Index): Promise<readonly WebhookView[]> {
  const rows = await index
    .selectFrom("asana_webhooks")
    .selectAll()
    .orderBy("requested_at", "desc")
    .limit(100)
    .execute();
  return rows.map(viewOf);
}

function viewOf(row: Selectable<Tables["asana_webhooks"]>): WebhookView {
  const state = stateOf(row);
  return {
    registrationId: row.registration_id,
    projectGid: row.project_gid,
    webhookGid: row.webhook_gid,
    target: row.target,
    state,
    health: state !== "active" ? state : row.retry_count > 0 ? "failing" : "healthy",
    problem: row.problem,
    requestedAt: row.requested_at,
    checkedAt: row.checked_at,
    lastSuccessAt: row.last_success_at,
    lastFailureAt: row.last_failure_at,
    lastFailureContent: row.last_failure_content,
    retryCount: row.retry_count,
    deletionAt: row.deletion_at,
    lastDeliveryAt: row.last_delivery_at,
  };
}
