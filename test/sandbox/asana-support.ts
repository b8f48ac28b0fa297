/** Helpers of the Asana simulator's tests. */
import { createHmac } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import Asana from "asana";
import * as v from "valibot";
import { asana } from "../../sandbox/asana/upstream.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/kit/server.ts";

/** A sandbox with nothing but Asana, quick to deliver. */
export function startAsana(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({
    port: 0,
    stateDir: null,
    upstreams: [asana],
    ...options,
    options: { "webhook-batch-ms": "5", "webhook-retry-ms": "5", "webhook-secret": "shh", ...options.options },
  });
}

/** `ASANA_BASE_URL` of a sandbox. */
export function baseOf(sandbox: Sandbox): string {
  return `${sandbox.url}/asana/api/1.0`;
}

/** Asana's own client for Node, pointed at the sandbox. */
export function officialClient(sandbox: Sandbox, pat: string) {
  const client = new Asana.ApiClient();
  client.basePath = baseOf(sandbox);
  const { token } = client.authentications;
  if (token === undefined) throw new Error("the official client has no token to set");
  token.accessToken = pat;
  return {
    users: new Asana.UsersApi(client),
    tasks: new Asana.TasksApi(client),
    stories: new Asana.StoriesApi(client),
    attachments: new Asana.AttachmentsApi(client),
    projects: new Asana.ProjectsApi(client),
    sections: new Asana.SectionsApi(client),
    settings: new Asana.CustomFieldSettingsApi(client),
    webhooks: new Asana.WebhooksApi(client),
    events: new Asana.EventsApi(client),
  };
}

/** Status and body of an answer to a plain request. */
export async function ask(sandbox: Sandbox, pat: string, method: string, path: string, data?: unknown) {
  const answer = await fetch(baseOf(sandbox) + path, {
    method,
    headers: { authorization: `Bearer ${pat}`, "content-type": "application/json" },
    ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const EventSchema = v.looseObject({
  action: v.string(),
  created_at: v.string(),
  user: v.nullable(v.object({ gid: v.string(), resource_type: v.string() })),
  resource: v.looseObject({ gid: v.string(), resource_type: v.string(), resource_subtype: v.optional(v.string()) }),
  parent: v.nullable(v.looseObject({ gid: v.string(), resource_type: v.string() })),
  change: v.optional(v.looseObject({ field: v.string(), action: v.string() })),
});
export type SeenEvent = v.InferOutput<typeof EventSchema>;
const BodySchema = v.object({ events: v.array(EventSchema) });

/** One request a webhook target got. */
export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly events: readonly SeenEvent[];
}

/** A webhook target on loopback. */
export interface Receiver {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  /** Status of the next answers; 0 cuts the connection. */
  answerWith(status: number): void;
  /** false: the handshake is answered without the secret. */
  echo(on: boolean): void;
  /** Resolves with the events so far as soon as `enough` says so. */
  until(
    enough: (events: readonly SeenEvent[], deliveries: readonly Delivery[]) => boolean,
  ): Promise<readonly SeenEvent[]>;
  stop(): Promise<void>;
}

/** Starts a target; `port` 0 takes any. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const news = new EventEmitter();
  let status = 200;
  let isEchoing = true;
  const server = createServer(async (incoming, outgoing) => {
    const raw = (await incoming.toArray()).join("");
    const secret = incoming.headers["x-hook-secret"];
    if (typeof secret === "string") {
      outgoing.writeHead(200, isEchoing ? { "X-Hook-Secret": secret } : {}).end();
      return;
    }
    deliveries.push({ headers: incoming.headers, raw, events: v.parse(BodySchema, JSON.parse(raw)).events });
    if (status === 0) incoming.socket.destroy();
    else outgoing.writeHead(status).end("answer of the receiver");
    news.emit("delivery");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/hook`,
    deliveries,
    answerWith: (next) => {
      status = next;
    },
    echo: (on) => {
      isEchoing = on;
    },
    until: async (enough) => {
      for (;;) {
        const events = deliveries.flatMap((delivery) => delivery.events);
        if (enough(events, deliveries)) return events;
        await once(news, "delivery");
      }
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The signature Asana would send. */
export function signatureOf(raw: string, secret = "shh"): string {
  return createHmac("sha256", secret).update(raw).digest("hex");
}

/** An event in one line: `changed task assignee`, `added story comment_added`. */
export function line(event: SeenEvent): string {
  const { resource, parent, change, action } = event;
  const subject =
    resource.resource_type === "story" ? `story ${resource.resource_subtype ?? ""}` : resource.resource_type;
  return [action, subject, change?.field, parent === null ? undefined : `in ${parent.resource_type}`]
    .filter(Boolean)
    .join(" ");
}
