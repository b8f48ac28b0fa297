/** Lists that come in pages, read anew while somebody is in the middle of one. */
import type { Page, Reply } from "../api.ts";

/** However far somebody read: more requests than this would be a burden at every return to the tab. */
const MOST_PAGES = 20;

/** The list from its beginning, as far as it is there already: whoever comes back to it is not thrown to its start. */
export async function readAsFar<T>(
  load: (cursor: string | null) => Promise<Reply<Page<T>>>,
  held: Page<T> | null,
): Promise<Reply<Page<T>>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const reply: Reply<Page<T>> = await load(cursor);
    if (!reply.ok) return reply;
    items.push(...reply.value.items);
    cursor = reply.value.nextCursor;
    if (cursor === null || items.length >= (held?.items.length ?? 0)) break;
  }
  return { ok: true, value: { items, nextCursor: cursor } };
}
