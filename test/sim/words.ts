/** What people read on a task, once all is quiet: it was said, and it is true. */
import { statusComment } from "../../src/core/run/comments.ts";
import { latestArtifact } from "../../src/core/run/queries.ts";
import type { RunState } from "../../src/core/run/types.ts";
import { plainText } from "../../src/ports/asana/rich-text.ts";
import type { World } from "./world.ts";

/** The comment without which nobody would know that the run waits for them; null when it waits for nobody's word. */
function awaited(state: RunState): string | null {
  if (state.status === "needs_clarification") return `question-${state.questionCount}`;
  const artifact = state.status === "review_ready" ? latestArtifact(state) : null;
  return artifact === null ? null : `review-v${artifact.version}`;
}

export function checkWords(world: World, state: RunState): void {
  const { taskGid, statusStoryGid } = state;
  if (world.asana.fake.peek(taskGid) === null) return;
  const isParked = (key: string): boolean => state.parked.some((one) => one.key === key);
  const key = awaited(state);
  if (key !== null && !isParked(key) && !world.asana.wasPosted(taskGid, key))
    world.violated(`${taskGid} is ${state.status}, and nobody was told: there never was a comment ${key}`);
  const status = world.asana.fake.commentsOn(taskGid).find(({ gid }) => gid === statusStoryGid);
  // What is parked is told with the next change of the run, not for itself.
  if (status === undefined || state.parked.length > 0) return;
  const truth = plainText(statusComment(state, world.webOrigin));
  if (status.text !== truth)
    world.violated(
      `the status comment of ${taskGid} says “${status.text.slice(0, 160)}” and it is “${truth.slice(0, 160)}”`,
    );
}
