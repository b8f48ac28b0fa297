/** The webhooks through which Asana reports, and the event streams beside them: how they are, and their check. */
import * as v from "valibot";
import type { WebhookHealth } from "../core/wire-ops.ts";
import { listStreams } from "../d1/event-streams.ts";
import { listWebhooks } from "../d1/webhooks.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json } from "./problem.ts";

const CheckBody = v.pipe(
  v.object({
    /** False: only look. */
    repair: v.optional(v.boolean(), true),
    /** The address under which Asana reaches us. The address of the request is not it: the panel asks under its own. */
    origin: v.optional(v.pipe(v.string(), v.url(), v.maxLength(300))),
    /** Gids of the projects whose webhook gets a new secret. */
    rotate: v.optional(
      v.pipe(v.array(v.pipe(v.string(), v.regex(/^\d{1,32}$/, "Expected a gid."))), v.maxLength(10)),
      [],
    ),
  }),
  v.forward(
    v.check(({ repair, rotate }) => repair || rotate.length === 0, "Nothing is replaced by a check that only looks."),
    ["rotate"],
  ),
);

export async function webhookHealth(_request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const [items, streams] = await Promise.all([listWebhooks(deps.index), listStreams(deps.index)]);
  return json({ items: [...items], streams: [...streams] } satisfies WebhookHealth);
}

export async function checkWebhooksRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, CheckBody);
  if (!body.ok) return body.response;
  const { repair, origin, rotate } = body.value;
  const known = origin === undefined ? null : new URL(origin).origin;
  return json({ items: await deps.checkWebhooks({ repair, origin: known, rotate }) });
}
