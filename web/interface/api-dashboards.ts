/** The calls of the dashboards. */
import { pageOf } from "../../src/core/wire.ts";
import {
  type DashboardListItem,
  DashboardListItemSchema,
  DashboardSchema,
  type DashboardView,
} from "../../src/core/wire-dashboard.ts";
import type { Api, Page, Reply } from "./api.ts";

/** Pages of the list that are read at most: an agency of a thousand clients. */
const MOST_PAGES = 40;

/** Every Business Unit the reader may see and its dashboard. The list is short and filtered on screen, so it is read whole. */
export async function dashboards(api: Api): Promise<Reply<readonly DashboardListItem[]>> {
  const items: DashboardListItem[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < MOST_PAGES; n += 1) {
    const query: string = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const reply: Reply<Page<DashboardListItem>> = await api.get(
      `/api/client-data-plane/dashboards${query}`,
      pageOf(DashboardListItemSchema),
    );
    if (!reply.ok) return reply;
    items.push(...reply.value.items);
    cursor = reply.value.nextCursor;
    if (cursor === null) break;
  }
  return { ok: true, value: items };
}

/** One dashboard. @param month `2026-10`; null: the last one that is over */
export function dashboard(api: Api, slug: string, month: string | null): Promise<Reply<DashboardView>> {
  const query = month === null ? "" : `?month=${encodeURIComponent(month)}`;
  return api.get(`/api/client-data-plane/dashboards/${encodeURIComponent(slug)}${query}`, DashboardSchema);
}
