/** Every upstream of the sandbox; the next one is one folder and one line here. */
import { accuranker } from "./accuranker/upstream.ts";
import { asana } from "./asana/upstream.ts";
import { ga4 } from "./ga4/upstream.ts";
import { googleAds } from "./google-ads/upstream.ts";
import { googleOauth } from "./google-oauth/upstream.ts";
import { harvest } from "./harvest/upstream.ts";
import { hubspot } from "./hubspot/upstream.ts";
import type { Upstream } from "./kit/upstream.ts";
import { meta } from "./meta/upstream.ts";
import { model } from "./model/upstream.ts";
import { searchConsole } from "./search-console/upstream.ts";

export const upstreams: readonly Upstream[] = [
  asana,
  googleOauth,
  searchConsole,
  ga4,
  googleAds,
  meta,
  accuranker,
  hubspot,
  harvest,
  model,
];
