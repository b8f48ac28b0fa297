/** A skill context over the sandbox: live ports, snapshots in memory, a journal that can be cut off and continued. */

import { accuranker } from "../../../sandbox/accuranker/upstream.ts";
import { ga4 } from "../../../sandbox/ga4/upstream.ts";
import { googleOauth } from "../../../sandbox/google-oauth/upstream.ts";
import { startSandbox } from "../../../sandbox/kit/server.ts";
import type { Fault } from "../../../sandbox/kit/upstream.ts";
import { model } from "../../../sandbox/model/upstream.ts";
import { searchConsole } from "../../../sandbox/search-console/upstream.ts";
import { BUSINESS_UNITS, type DemoBusinessUnit, SANDBOX_CREDENTIALS } from "../../../sandbox/seed.ts";
import { resolvePeriod } from "../../../src/core/facts/periods.ts";
import type { Brief } from "../../../src/core/run/brief.ts";
import type { Transport } from "../../../src/lib/http.ts";
import { liveAccuranker } from "../../../src/ports/accuranker/live.ts";
import { liveGa4 } from "../../../src/ports/ga4/live.ts";
import { liveGoogleOAuth } from "../../../src/ports/google-oauth/live.ts";
import { liveModel } from "../../../src/ports/model/live.ts";
import { liveSearchConsole } from "../../../src/ports/search-console/live.ts";
import { fakeSnapshots } from "../../../src/ports/snapshots/fake.ts";
import type { RevisionRequest, SkillContext, SkillPorts } from "../../../src/skills/skill.ts";

export const NOW = new Date("2026-11-22T12:00:00.000Z");

export interface World {
  readonly ports: SkillPorts;
  readonly stored: Map<string, Uint8Array>;
  faults(...faults: readonly Fault[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the simulators the skill needs, and ports on them that wait for nothing. */
export async function openWorld(): Promise<World> {
  const upstreams = [googleOauth, searchConsole, ga4, accuranker, model];
  const sandbox = await startSandbox({ port: 0, stateDir: null, upstreams, now: () => NOW });
  const transport: Transport = { fetch, sleep: async () => {}, now: () => NOW };
  const url = (name: string) => sandbox.variables[name] ?? "";
  const secret = (name: keyof typeof SANDBOX_CREDENTIALS) => async () => SANDBOX_CREDENTIALS[name];
  const oauth = liveGoogleOAuth({
    ...transport,
    baseUrl: url("GOOGLE_OAUTH_BASE_URL"),
    clientId: secret("AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID"),
    clientSecret: secret("AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET"),
    refreshToken: secret("AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN"),
  });
  const snapshots = fakeSnapshots();
  const control = (path: string, body: unknown) =>
    fetch(`${sandbox.url}/_sandbox/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    stored: snapshots.stored,
    ports: {
      searchConsole: liveSearchConsole({ ...transport, baseUrl: url("SEARCH_CONSOLE_BASE_URL"), oauth }),
      ga4: liveGa4({ ...transport, baseUrl: url("GA4_BASE_URL"), oauth }),
      accuranker: liveAccuranker({
        ...transport,
        baseUrl: url("ACCURANKER_BASE_URL"),
        token: secret("AGENCY_OS_ACCURANKER_API_TOKEN"),
      }),
      model: liveModel({
        ...transport,
        baseUrl: url("AI_GATEWAY_BASE_URL"),
        apiKey: secret("AGENCY_OS_OPENAI_API_KEY"),
        gatewayToken: secret("AGENCY_OS_AI_GATEWAY_TOKEN"),
        model: "gpt-5.5",
        payloadLogging: false,
      }),
      snapshots,
    },
    faults: async (...faults) => {
      const reply = await control("faults", { clear: true, faults });
      if (!reply.ok) throw new Error(await reply.text());
    },
    stop: () => sandbox.stop(),
  };
}

/** The brief of a demo client for a period in words. */
export function briefFor(unit: DemoBusinessUnit, words = "October 2026"): Brief {
  const reading = resolvePeriod([words], NOW.toISOString());
  if (reading.kind !== "period") throw new Error(`no period: ${reading.kind}`);
  return {
    runId: "tar_1",
    taskGid: "1",
    taskName: `SEO report for ${unit.name}, ${words}`,
    skill: "seo-reporting",
    clientName: unit.name,
    businessUnitId: unit.id,
    businessUnitName: unit.name,
    periods: reading.periods,
    sources: [
      { kind: "search_console_site", externalId: unit.searchConsoleSite },
      { kind: "ga4_property", externalId: unit.ga4PropertyId },
      ...(unit.accurankerDomainId === null
        ? []
        : [{ kind: "accuranker_domain" as const, externalId: unit.accurankerDomainId }]),
    ],
    brandTerms: unit.brandTerms,
    pageGroups: unit.pageGroups,
    timeZone: unit.timeZone,
    currency: unit.currency,
  };
}

/** A demo client by its place in the seed. */
export function unitAt(index: number): DemoBusinessUnit {
  const unit = BUSINESS_UNITS[index];
  if (unit === undefined) throw new Error("no such Business Unit");
  return unit;
}

export interface Journal {
  readonly done: Map<string, string>;
  /** Keys in the order in which they were really worked on. */
  readonly worked: string[];
}

export function emptyJournal(): Journal {
  return { done: new Map(), worked: [] };
}

/** A context that journals like the runner: results go through JSON, a journalled step is not run again. */
export function contextOf(
  ports: SkillPorts,
  brief: Brief,
  more: {
    readonly journal?: Journal;
    readonly revision?: RevisionRequest;
    readonly dieBefore?: string;
    readonly version?: number;
  } = {},
): SkillContext {
  const journal = more.journal ?? emptyJournal();
  const version = more.version ?? 1;
  return {
    brief,
    revision: more.revision ?? null,
    artifactId: `art_1_v${version}`,
    artifactVersion: version,
    ports,
    startedAt: NOW.toISOString(),
    async step(key, _label, work) {
      const known = journal.done.get(key);
      if (known !== undefined) return JSON.parse(known);
      if (more.dieBefore === key) throw new Error(`killed before ${key}`);
      const result = await work();
      journal.worked.push(key);
      journal.done.set(key, JSON.stringify(result));
      return JSON.parse(JSON.stringify(result));
    },
    page: (work) => work(),
  };
}
