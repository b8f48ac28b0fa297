/** How each source becomes facts. */
import type { SourceName } from "../business-unit/types.ts";
import { ACCURANKER_CURATION } from "./accuranker.ts";
import { GA4_CURATION } from "./ga4.ts";
import { SEARCH_CONSOLE_CURATION } from "./search-console.ts";
import type { Curation } from "./types.ts";

/** By source. What a fold carries is its own affair. */
export const CURATIONS: Readonly<Partial<Record<SourceName, Curation<unknown>>>> = {
  search_console: SEARCH_CONSOLE_CURATION,
  ga4: GA4_CURATION,
  accuranker: ACCURANKER_CURATION,
};
