/** The call of Home: all clients at a glance, a page at a time. */
import * as v from "valibot";
import { OverviewSchema, type OverviewView } from "../../src/core/wire-overview.ts";
import type { Api, Reply } from "./api.ts";

const OverviewPageSchema = v.object({ ...OverviewSchema.entries, nextCursor: v.nullable(v.string()) });

/** Clients and their sums, of one page; `nextCursor` is null on the last one. */
export type OverviewPage = OverviewView & { readonly nextCursor: string | null };

/** The Business Units after `cursor`, in the order of their names. */
export function overviewPage(api: Api, cursor: string | null): Promise<Reply<OverviewPage>> {
  const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  return api.get(`/api/client-data-plane/overview${query}`, OverviewPageSchema);
}
