/**
 * What people call the things that code knows by an identifier: one table, for the panel, comments on tasks, timelines
 * and error tasks alike.
 */

/** Identifiers, and parts of them, that do not read well as they are. */
const NAMES: Readonly<Record<string, string>> = {
  seo: "SEO",
  ppc: "PPC",
  url: "URL",
  asana: "Asana",
  search_console: "Google Search Console",
  search_console_site: "Google Search Console",
  gsc: "Google Search Console",
  ga4: "Google Analytics 4",
  ga4_property: "Google Analytics 4",
  google_ads: "Google Ads",
  google_ads_customer: "Google Ads",
  meta_ad_account: "Meta Ads",
  hubspot: "HubSpot",
  hubspot_account: "HubSpot",
  accuranker: "AccuRanker",
  accuranker_domain: "AccuRanker",
  google_oauth: "Google's sign-in",
  model: "the language model",
  agency_os: "Agency OS itself",
};

/** An identifier such as `seo-reporting` or `search_console_site` as words: “SEO reporting”, “Google Search Console”. */
export function nameOf(id: string): string {
  const whole = NAMES[id.toLowerCase()];
  if (whole !== undefined) return whole;
  const words = id.split(/[-_.\s]+/).filter((word) => word !== "");
  const text = words.map((word) => NAMES[word.toLowerCase()] ?? word).join(" ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Promises to the outside by the beginning of their key; `#` is the number or version the key goes on with. */
const PROMISES: Readonly<Record<string, string>> = {
  look: "reading the task",
  enqueue_execution: "handing the work to a worker",
  status_comment: "the status comment",
  status: "the status comment",
  question: "question #",
  budget: "the question about the budget",
  review: "the request to review version #",
  failed: "the comment on the failure",
  blocked: "the comment on what is missing",
  reply: "the answer in round #",
  refused: "the word to somebody who may not steer this run",
  reminder: "reminder #",
  escalation: "the question to somebody who may decide",
  change: "the question about the edited task",
  answer: "the copy of answer # from the panel",
  closed: "the word that this report is accepted already",
  stopped: "the comment on the stop",
  check_hold: "looking whether the run is still held",
  classify: "reading a comment",
  discuss: "answering a question",
  incident: "the error task",
  project: "the run's row in lists and on the board",
  register: "the report's rows in the register",
  archive: "moving the run to the archive",
};

/** A promise to the outside, by the key of its row: “the request to review version 2”. */
export function promiseName(key: string): string {
  const [, kind = key, number = ""] = /^([a-z_]+)(?:-v?(\d+)|:.*)?$/.exec(key) ?? [];
  return PROMISES[kind]?.replace("#", number).trim() ?? nameOf(key);
}

/** Acts whose identifier is the code's word and not that of people. */
const ACTIONS: Readonly<Record<string, string>> = {
  retry: "Try again",
  requeue: "Queue again",
  reproject: "Write index again",
};

/** An act on a run or a Business Unit, as its button says it and as the log tells it. */
export function actionName(action: string): string {
  return ACTIONS[action] ?? nameOf(action);
}

const OUTCOMES: Readonly<Record<string, string>> = {
  finished: "finished",
  continued: "out of time, another goes on",
  retry: "failed, to be tried again",
  lapsed: "died without a word",
  cut_off: "cut off by a restart, another goes on",
  failed: "failed",
  blocked: "blocked",
  cancelled: "stopped",
  budget: "a budget was used up",
  paused: "paused",
  held: "held back",
};

/** How an attempt ended. */
export function outcomeName(outcome: string): string {
  return OUTCOMES[outcome] ?? nameOf(outcome).toLowerCase();
}
