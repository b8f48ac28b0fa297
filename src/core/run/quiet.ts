/** The quiet window: comments that come soon after one another are one round. */
import { type CommentReading, type Decision, events, NOTHING } from "./commands.ts";
import { openFeedback } from "./decide-feedback.ts";
import type { RunEvent } from "./events.ts";
import { readByRules } from "./feedback.ts";
import { newestVersion } from "./queries.ts";
import { isGo } from "./short-words.ts";
import type { Instant, RunSettings, RunState } from "./types.ts";

/** People who keep writing are read after this, however quiet it is not. */
export const MAX_QUIET_MS = 10 * 60_000;

/**
 * Comments on a version in review. They are read once nobody wrote for the length of the window; a "go" ends it, and a
 * clear acceptance that stands alone does not wait: nothing is gained by it.
 */
export function afterQuiet(
  state: RunState,
  people: readonly CommentReading[],
  now: Instant,
  settings: RunSettings,
): Decision {
  const said = people.filter((one) => !isGo(one.text));
  const gone = people.filter((one) => isGo(one.text));
  const seen: RunEvent[] = gone.length === 0 ? [] : [{ type: "comments.seen", storyGids: gone.map((one) => one.gid) }];
  const { quiet } = state.talk;
  if (said.length === 0) return quiet === null ? events(...seen) : events(...seen, { type: "quiet.ended" });
  const until = quietUntil(state, said, now, settings);
  if (gone.length > 0 || until <= now || standsAlone(state, said)) {
    const opened = openFeedback(state, said, settings);
    return { ...opened, events: [...seen, ...opened.events] };
  }
  if (quiet === null) return events({ type: "quiet.began", until });
  return quiet.until === until && !quiet.over ? NOTHING : events({ type: "quiet.extended", until });
}

/** Measured from the last comment by Asana's clock, which may differ from ours: never longer than the window from now. */
function quietUntil(state: RunState, said: readonly CommentReading[], now: Instant, { quietMs }: RunSettings): Instant {
  const last = Math.max(...said.map((one) => Date.parse(one.createdAt)));
  const since = state.talk.quiet?.since ?? now;
  return Math.min(last + quietMs, now + quietMs, since + MAX_QUIET_MS);
}

function standsAlone(state: RunState, said: readonly CommentReading[]): boolean {
  if (said.length !== 1 || state.talk.quiet !== null) return false;
  return said.every((one) => readByRules(one.text, newestVersion(state))?.kind === "acceptance");
}

/** When the window ends. */
export function quietAt({ talk: { quiet } }: RunState): Instant | null {
  return quiet === null || quiet.over ? null : quiet.until;
}

/** The window is over: the task is read once more, so that what counts is what stands there now. */
export function quietOver(state: RunState, now: Instant): Decision {
  const { quiet } = state.talk;
  if (quiet === null || quiet.over || quiet.until > now) return NOTHING;
  return { events: [{ type: "quiet.over" }], effects: [{ kind: "look" }], refusal: null };
}
