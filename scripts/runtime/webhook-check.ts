/** The control plane's routes about Asana's webhooks, as scripts ask them. */
import * as v from "valibot";
import {
  type WebhookCheck,
  WebhookCheckSchema,
  type WebhookHealth,
  WebhookHealthSchema,
} from "../../src/core/wire-ops.ts";

/** Which control plane, and the token for it. */
export interface ControlPlane {
  readonly controlPlaneUrl: string;
  readonly internalToken: string;
}

const TIMEOUT_MS = 90_000;

/**
 * Has every project checked; with `repair` what is missing is made.
 * @param wish `origin` is the address under which Asana reaches the control plane, that of `plane` when left out;
 *   `rotate` names projects whose webhook gets a new secret, and then no other is checked
 */
export async function askForCheck(
  plane: ControlPlane,
  wish: { readonly repair: boolean; readonly origin?: string; readonly rotate?: readonly string[] },
): Promise<readonly WebhookCheck[]> {
  const origin = wish.origin ?? plane.controlPlaneUrl;
  const body = await ask(plane, "POST", "/internal/webhooks/check", { ...wish, origin });
  return v.parse(v.object({ items: v.array(WebhookCheckSchema) }), body).items;
}

/** How the webhooks and event streams are. */
export async function askForHealth(plane: ControlPlane): Promise<WebhookHealth> {
  return v.parse(WebhookHealthSchema, await ask(plane, "GET", "/internal/webhooks"));
}

async function ask(plane: ControlPlane, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(plane.controlPlaneUrl.replace(/\/+$/, "") + path, {
    method,
    headers: { "X-Agency-OS-Internal-Token": plane.internalToken, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`The control plane answered ${path} with ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
