/**
 * `POST /webhooks/asana`: handshake, or verify over the raw bytes, group by task, put on the queues, answer.
 * Nothing goes out before the answer, and the answer is given only when the messages are durable.
 */
import { eventsOfDelivery } from "../core/intake/asana-events.ts";
import { buildMessage, candidatesOf, kindsOf, runMessage } from "../core/intake/candidates.ts";
import { registrationIn } from "../core/intake/webhooks.ts";
import { hmacSha256Hex, timingSafeEqualText } from "../lib/hash.ts";
import { parseJson } from "../lib/json.ts";
import { log } from "../lib/log.ts";
import type { HttpDeps } from "./context.ts";
import { problem } from "./problem.ts";

const MAX_BODY = 1024 * 1024;
const MAX_SECRET = 512;

export async function asanaWebhook(request: Request, address: URL, deps: HttpDeps): Promise<Response> {
  const registration = registrationIn(address);
  const offered = request.headers.get("X-Hook-Secret");
  if (offered !== null) return handshake(offered, registration, deps);
  const body = await boundedBody(request);
  if (body === null) return problem(413, "too_large", "A delivery is at most 1 MiB.");
  const refusal = await checkSignature(body, request.headers.get("X-Hook-Signature"), registration, deps);
  if (refusal !== null) return refusal;
  const read = parseJson(new TextDecoder().decode(body));
  if (!read.ok) return problem(400, "bad_json", "The delivery is signed but not JSON.");
  const events = eventsOfDelivery(read.value);
  if (events === null) return problem(400, "bad_delivery", "The delivery is signed but holds no list of events.");
  await intake(events, address.searchParams.get("project"), deps);
  return new Response(null, { status: 200 });
}

/**
 * Taken only when it was asked for: by a registration that awaits it, once, or with a secret that is configured. Anybody
 * else who offers one wants to sign deliveries of their own.
 */
async function handshake(secret: string, registration: string | null, deps: HttpDeps): Promise<Response> {
  if (secret === "" || secret.length > MAX_SECRET)
    return problem(400, "bad_handshake", "The handshake secret is empty or too long.");
  const asked = registration !== null && (await deps.confirmWebhook(registration, secret));
  if (!asked && !isOneOf(secret, await deps.webhookSecrets())) {
    log.warn("webhook.handshake_refused", { registration: registration ?? "none" });
    return problem(403, "handshake_not_asked_for", "Nobody here asked for a webhook with this secret.");
  }
  return new Response(null, { status: 200, headers: { "X-Hook-Secret": secret } });
}

/** Each is compared, in constant time. */
function isOneOf(secret: string, known: readonly string[]): boolean {
  let matches = 0;
  for (const one of known) matches += timingSafeEqualText(one, secret) ? 1 : 0;
  return matches > 0;
}

/** The raw bytes, null when there are too many. Who says how much will come, as Asana does, is held to it by HTTP itself. */
async function boundedBody(request: Request): Promise<Uint8Array | null> {
  const declared = Number(request.headers.get("content-length") ?? "NaN");
  if (declared > MAX_BODY) return null;
  if (Number.isNaN(declared) || request.headers.has("transfer-encoding")) return boundedStream(request);
  const body = new Uint8Array(await request.arrayBuffer());
  return body.byteLength > MAX_BODY ? null : body;
}

/** Read piece by piece, which costs more than everything else here, so that a huge body is never held. */
async function boundedStream(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) break;
    size += chunk.value.byteLength;
    if (size > MAX_BODY) {
      await reader?.cancel();
      return null;
    }
    chunks.push(chunk.value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** The secret of the registration the target names, then every configured one: one can be rotated without losing an event. */
async function checkSignature(
  body: Uint8Array,
  signature: string | null,
  registration: string | null,
  deps: HttpDeps,
): Promise<Response | null> {
  const own = registration === null ? null : await deps.registeredSecret(registration);
  if (own !== null && registration !== null && (await signs(own, body, signature))) {
    await deps.noteDelivery(registration);
    return null;
  }
  const secrets = await deps.webhookSecrets();
  if (secrets.length === 0 && own === null)
    return problem(503, "webhook_secret_not_configured", "The secret ASANA_WEBHOOK_SECRET is not set.");
  let matches = 0;
  for (const secret of secrets) matches += (await signs(secret, body, signature)) ? 1 : 0;
  return matches > 0 ? null : problem(401, "bad_signature", "The signature does not fit the body.");
}

async function signs(secret: string, body: Uint8Array, signature: string | null): Promise<boolean> {
  return timingSafeEqualText(await hmacSha256Hex(secret, body), signature ?? "");
}

async function intake(
  events: Parameters<typeof candidatesOf>[0],
  projectGid: string | null,
  deps: HttpDeps,
): Promise<void> {
  const candidates = candidatesOf(events, deps.jessieUserGid);
  if (candidates.length === 0) return;
  const stamp = { correlationId: crypto.randomUUID(), receivedAt: deps.now().toISOString() };
  const kinds = kindsOf(projectGid, deps.projects);
  const sends: Promise<void>[] = [];
  if (kinds.includes("team-agent-run")) sends.push(deps.enqueueRuns(candidates.map((one) => runMessage(one, stamp))));
  if (kinds.includes("platform-build-run"))
    sends.push(deps.enqueueBuilds(candidates.map((one) => buildMessage(one, stamp))));
  await Promise.all(sends);
}
