/** The dimensions and metrics this property knows, with how each follows from the world's visits. */

import type { VisitCell, Visits } from "../world/analytics.ts";
import { dateOf } from "../world/calendar.ts";
import type { ClientWorld } from "../world/world.ts";

export interface Dimension {
  readonly apiName: string;
  readonly uiName: string;
  readonly category: string;
  readonly description: string;
  /** True when it needs visits per device and country. */
  readonly segmented: boolean;
  readonly value: (cell: VisitCell, day: number, world: ClientWorld) => string;
}

/** What is known about the group a metric is worked out for. */
export interface GroupShape {
  /** Days merged into the group. */
  readonly days: number;
  /** Breakdowns the group is not split by; people counted once there would be counted again in each part. */
  readonly merged: number;
}

export interface Metric {
  readonly apiName: string;
  readonly uiName: string;
  readonly category: string;
  readonly description: string;
  readonly type: "TYPE_INTEGER" | "TYPE_FLOAT" | "TYPE_CURRENCY" | "TYPE_SECONDS";
  readonly value: (visits: Visits, shape: GroupShape) => number;
}

const DEVICES = ["desktop", "mobile", "tablet"] as const;

function landing(cell: VisitCell, world: ClientWorld): string {
  return world.catalogue.pages.at(cell.page).slice(world.catalogue.profile.origin.length);
}

const compact = (day: number): string => dateOf(day).replaceAll("-", "");

export const DIMENSIONS: readonly Dimension[] = [
  {
    apiName: "date",
    uiName: "Date",
    category: "Time",
    description: "The date of the event, formatted as YYYYMMDD.",
    segmented: false,
    value: (_, day) => compact(day),
  },
  {
    apiName: "yearMonth",
    uiName: "Year month",
    category: "Time",
    description: "The four-digit year and the month.",
    segmented: false,
    value: (_, day) => compact(day).slice(0, 6),
  },
  {
    apiName: "sessionDefaultChannelGroup",
    uiName: "Session default channel group",
    category: "Traffic source",
    description: "The channel group of the session, by the default rules.",
    segmented: false,
    value: (cell) => cell.channel,
  },
  {
    apiName: "landingPagePlusQueryString",
    uiName: "Landing page + query string",
    category: "Page / screen",
    description: "The path and query string of the first page of the session.",
    segmented: false,
    value: (cell, _, world) => landing(cell, world),
  },
  {
    apiName: "landingPage",
    uiName: "Landing page",
    category: "Page / screen",
    description: "The path of the first page of the session.",
    segmented: false,
    value: (cell, _, world) => landing(cell, world).split("?")[0] ?? "",
  },
  {
    apiName: "hostName",
    uiName: "Hostname",
    category: "Page / screen",
    description: "The host of the page.",
    segmented: false,
    value: (_cell, _day, world) => new URL(world.catalogue.profile.origin).host,
  },
  {
    apiName: "deviceCategory",
    uiName: "Device category",
    category: "Platform / device",
    description: "The kind of device.",
    segmented: true,
    value: (cell) => DEVICES[cell.device] ?? "(not set)",
  },
  {
    apiName: "country",
    uiName: "Country",
    category: "Geography",
    description: "The country the activity came from.",
    segmented: true,
    value: (cell, _, world) => world.catalogue.profile.countries[cell.country]?.name ?? "(not set)",
  },
];

/** Breakdowns that split people; see `GroupShape.merged`. */
export const SPLITTING = ["sessionDefaultChannelGroup", "landingPagePlusQueryString", "deviceCategory", "country"];

/** People come back: the longer the time and the fewer the parts, the more sessions belong to one person. */
function users(visits: Visits, shape: GroupShape): number {
  const share = 0.94 * shape.days ** -0.045 * 0.985 ** shape.merged;
  return visits.sessions === 0 ? 0 : Math.max(1, Math.round(visits.sessions * share));
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

type MetricRow = readonly [Metric["apiName"], string, string, Metric["type"], Metric["value"], string];

const ROWS: readonly MetricRow[] = [
  ["sessions", "Sessions", "Session", "TYPE_INTEGER", (each) => each.sessions, "Sessions that began."],
  [
    "engagedSessions",
    "Engaged sessions",
    "Session",
    "TYPE_INTEGER",
    (each) => each.engaged,
    "Sessions longer than ten seconds, with a key event, or with two views.",
  ],
  [
    "engagementRate",
    "Engagement rate",
    "Session",
    "TYPE_FLOAT",
    (each) => ratio(each.engaged, each.sessions),
    "Engaged sessions divided by sessions.",
  ],
  [
    "bounceRate",
    "Bounce rate",
    "Session",
    "TYPE_FLOAT",
    (each) => ratio(each.sessions - each.engaged, each.sessions),
    "Sessions that were not engaged, divided by sessions.",
  ],
  [
    "averageSessionDuration",
    "Average session duration",
    "Session",
    "TYPE_SECONDS",
    (each) => ratio(each.seconds * 1.6, each.sessions),
    "Average length of a session.",
  ],
  ["activeUsers", "Active users", "User", "TYPE_INTEGER", users, "Distinct people who visited."],
  [
    "totalUsers",
    "Total users",
    "User",
    "TYPE_INTEGER",
    (each, shape) => Math.round(users(each, shape) * 1.012),
    "Distinct people who logged an event.",
  ],
  [
    "newUsers",
    "New users",
    "User",
    "TYPE_INTEGER",
    (each) => Math.round(each.sessions * 0.68),
    "People who came for the first time.",
  ],
  [
    "userEngagementDuration",
    "User engagement",
    "User",
    "TYPE_SECONDS",
    (each) => each.seconds,
    "Time the site was in the foreground.",
  ],
  ["screenPageViews", "Views", "Page / screen", "TYPE_INTEGER", (each) => each.views, "Pages people viewed."],
  [
    "keyEvents",
    "Key events",
    "Event",
    "TYPE_FLOAT",
    (each) => each.leads + each.orders,
    "Times a key event was logged.",
  ],
  [
    "totalRevenue",
    "Total revenue",
    "Revenue",
    "TYPE_CURRENCY",
    (each) => each.revenueCents / 100,
    "Revenue from purchases, subscriptions and advertising.",
  ],
  [
    "purchaseRevenue",
    "Purchase revenue",
    "Ecommerce",
    "TYPE_CURRENCY",
    (each) => each.revenueCents / 100,
    "Revenue from purchases.",
  ],
  [
    "transactions",
    "Transactions",
    "Ecommerce",
    "TYPE_INTEGER",
    (each) => each.orders,
    "Purchases that were completed.",
  ],
  [
    "ecommercePurchases",
    "Ecommerce purchases",
    "Ecommerce",
    "TYPE_INTEGER",
    (each) => each.orders,
    "Purchases people completed.",
  ],
];

export const METRICS: readonly Metric[] = ROWS.map(([apiName, uiName, category, type, value, description]) => ({
  apiName,
  uiName,
  category,
  type,
  value,
  description,
}));
