/** Asana's conventions over the plain HTTP helper: token, envelope, explicit fields, paging, 404 as an answer. */
import * as v from "valibot";
import { ConfigError, PermanentError } from "../../core/errors.ts";
import { LEASE_LOST } from "../../core/gateway/passport.ts";
import { type Call, exchange, exchangeJson, type Reply, readJson, type Transport } from "../../lib/http.ts";
import type { Refusal, Upstream } from "../../lib/http-failure.ts";
import { requireSecret, type Secret } from "../secret.ts";
import { explainAsana, page } from "./reply.ts";

/** Where and as whom to talk. */
export interface AsanaConnection extends Transport {
  readonly baseUrl: string;
  readonly token: Secret;
}

const PAGE_SIZE = "100";
/** 20,000 entries: far beyond any task we own, and an end to a listing that never says it is over. */
const MAX_PAGES = 200;

const ASANA: Upstream = {
  code: "asana",
  label: "Asana",
  credential: "AGENCY_OS_ASANA_AGENT_PAT",
  explain: explainAsana,
  refine: refineAsana,
};

const LeaseLostSchema = v.object({ code: v.literal(LEASE_LOST) });

/**
 * One code for 401 and 403, as the port promises: either way a person has to look at the token and its access. And the
 * gateway's own refusal of a write whose lease is over.
 */
function refineAsana({ status, message, body }: Refusal): Error | null {
  if (status === 409 && v.is(LeaseLostSchema, body)) return new PermanentError(LEASE_LOST, message);
  if (status !== 401 && status !== 403) return null;
  const what = status === 401 ? "was not accepted" : "has no access to it";
  return new ConfigError("asana_unauthorised", `${message} The token AGENCY_OS_ASANA_AGENT_PAT ${what}.`);
}

type Query = Readonly<Record<string, string>>;

export type AsanaClient = ReturnType<typeof asanaClient>;

/** Reads and writes of one Asana account. Errors as the port promises; a 404 is null where the name says so. */
export function asanaClient(options: AsanaConnection) {
  const authorization = async () =>
    `Bearer ${await requireSecret(options.token, "asana", "AGENCY_OS_ASANA_AGENT_PAT")}`;

  async function call(method: Call["method"], path: string, query: Query, body?: string | FormData): Promise<Call> {
    const json = typeof body === "string" ? { "content-type": "application/json" } : {};
    return {
      method,
      baseUrl: options.baseUrl,
      path,
      query,
      headers: { accept: "application/json", authorization: await authorization(), ...json },
      repeatable: method === "GET",
      ...(body === undefined ? {} : { body }),
    };
  }

  async function read<const S extends v.GenericSchema>(path: string, query: Query, schema: S) {
    return (await exchangeJson(options, ASANA, await call("GET", path, query), schema)).value;
  }

  async function nullable<const S extends v.GenericSchema>(made: Call, schema: S) {
    const answer = (reply: Reply) => (reply.status === 404 ? null : readJson(ASANA, made, reply, schema).value);
    return exchange(options, ASANA, { ...made, accept: [404] }, answer);
  }

  async function readOrNull<const S extends v.GenericSchema>(path: string, query: Query, schema: S) {
    return nullable(await call("GET", path, query), schema);
  }

  function payload(data: unknown): string {
    return JSON.stringify({ data });
  }

  return {
    read,
    readOrNull,
    /** Every page of a listing, or null when what it belongs to is gone. */
    async list<const S extends v.GenericSchema>(path: string, query: Query, item: S) {
      const items: v.InferOutput<S>[] = [];
      const seen = new Set<string>();
      let offset: Query = {};
      for (let n = 1; n <= MAX_PAGES; n++) {
        const reply = await readOrNull(path, { limit: PAGE_SIZE, ...query, ...offset }, page(item));
        if (reply === null) return null;
        items.push(...reply.data);
        if (reply.next_page === null) return items;
        // An offset seen before would list the same page for ever.
        if (seen.has(reply.next_page.offset)) break;
        seen.add(reply.next_page.offset);
        offset = { offset: reply.next_page.offset };
      }
      throw new PermanentError("asana_endless_list", `Asana GET ${path} does not come to an end.`);
    },
    async write<const S extends v.GenericSchema>(
      method: "POST" | "PUT",
      path: string,
      fields: string,
      data: unknown,
      schema: S,
    ) {
      const made = await call(method, path, { opt_fields: fields }, payload(data));
      return (await exchangeJson(options, ASANA, made, schema)).value;
    },
    async writeOrNull<const S extends v.GenericSchema>(
      method: "POST" | "PUT",
      path: string,
      fields: string,
      data: unknown,
      schema: S,
    ) {
      return nullable(await call(method, path, { opt_fields: fields }, payload(data)), schema);
    },
    /** A reading for which 412 is an answer like any other. */
    async readOrStale<const S extends v.GenericSchema>(path: string, query: Query, schema: S) {
      const made = await call("GET", path, query);
      const answer = (reply: Reply) => ({
        stale: reply.status === 412,
        value: readJson(ASANA, made, reply, schema).value,
      });
      return exchange(options, ASANA, { ...made, accept: [412] }, answer);
    },
    /** False: it was gone already. */
    async remove(path: string): Promise<boolean> {
      const made = await call("DELETE", path, {});
      return exchange(options, ASANA, { ...made, accept: [404] }, async (reply) => reply.status !== 404);
    },
    async form<const S extends v.GenericSchema>(path: string, fields: string, body: FormData, schema: S) {
      const made = await call("POST", path, { opt_fields: fields }, body);
      return (await exchangeJson(options, ASANA, made, schema)).value;
    },
  };
}
