/** How each source becomes facts. */
import type { SourceName } from "../business-unit/types.ts";
import { ACCURANKER_CURATION } from "./accuranker.ts";
import { ASANA_CURATION } from "./asana.ts";
import { GA4_CURATION } from "./ga4.ts";
import { GOOGLE_ADS_CURATION } from "./google-ads.ts";
import { HARVEST_CURATION } from "./harvest.ts";
import { HUBSPOT_CURATION } from "./hubspot.ts";
import { META_CURATION } from "./meta.ts";
import { SEARCH_CONSOLE_CURATION } from "./search-console.ts";
import type { Curation } from "./types.ts";

/** By source. What a fold carries is its own affair. */
export const CURATIONS: Readonly<Record<SourceName, Curation<unknown>>> = {
  search_console: SEARCH_CONSOLE_CURATION,
  ga4: GA4_CURATION,
  accuranker: ACCURANKER_CURATION,
  google_ads: GOOGLE_ADS_CURATION,
  meta: META_CURATION,
  hubspot: HUBSPOT_CURATION,
  harvest: HARVEST_CURATION,
  asana: ASANA_CURATION,
};
