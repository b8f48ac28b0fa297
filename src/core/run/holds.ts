/** Holds: what may not be worked on for now, because a person said so. */

import { SOURCES } from "../business-unit/types.ts";
import { nameOf } from "../names.ts";
import type { Brief, SourceAsset } from "./brief.ts";

export const HOLD_SCOPES = ["all", "client", "skill", "upstream"] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** One hold. `value` is empty for `all`; for `client` the id of a client or of a Business Unit. */
export interface Hold {
  readonly holdId: string;
  readonly scope: HoldScope;
  readonly value: string;
  readonly reason: string;
  readonly by: string;
  readonly createdAt: string;
}

/** What a hold may catch: whose work it is, and what it needs. */
export interface HoldTarget {
  readonly businessUnitId: string;
  readonly skill: string;
  readonly upstreams: readonly string[];
}

const UPSTREAM_OF: Readonly<Record<SourceAsset["kind"], string>> = {
  search_console_site: "search_console",
  ga4_property: "ga4",
  accuranker_domain: "accuranker",
};

/** Upstreams a hold may name. Every run speaks to Asana and to the model. */
export const HELD_UPSTREAMS: readonly string[] = ["model", ...SOURCES];

/** What a hold has to name to catch a run with this brief. */
export function holdTarget(brief: Brief): HoldTarget {
  const sources = brief.sources.map((source) => UPSTREAM_OF[source.kind]);
  return { businessUnitId: brief.businessUnitId, skill: brief.skill, upstreams: ["asana", "model", ...sources] };
}

/** The oldest hold that catches the target; `clientId` is the client of its Business Unit. */
export function holdOn(holds: readonly Hold[], target: HoldTarget, clientId: string | null): Hold | null {
  const named: Readonly<Record<HoldScope, readonly (string | null)[]>> = {
    all: [""],
    client: [target.businessUnitId, clientId],
    skill: [target.skill],
    upstream: target.upstreams,
  };
  const caught = holds.filter(({ scope, value }) => named[scope].includes(value));
  return caught.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))[0] ?? null;
}

/** What a hold is on, in the words of a run that it catches. */
export function heldWords({ scope, value }: Pick<Hold, "scope" | "value">): string {
  switch (scope) {
    case "all":
      return "all work";
    case "client":
      return "the work for this client";
    case "skill":
      return `all work of the skill ${nameOf(value)}`;
    case "upstream":
      return `all work that needs ${nameOf(value)}`;
  }
}
