/** A run's file made by the core alone, as the actor would write it. */
import { createHash } from "node:crypto";
import {
  BUNDLE_SCHEMA,
  type BundleJournal,
  BundleSchema,
  manifestOf,
  type RunBundle,
  sealed,
} from "../../src/core/run/bundle.ts";
import { linkText } from "../../src/core/run/chain.ts";
import type { RunCommand } from "../../src/core/run/commands.ts";
import { isLogged, type RunEvent } from "../../src/core/run/events.ts";
import { STATE_SCHEMA } from "../../src/core/run/upgrade.ts";
import { detailOf } from "../../src/core/run/view.ts";
import { readAs } from "../../src/lib/json.ts";
import { NOW, taskRead } from "./run-cases.ts";
import { commit, DELIVER, finish, NEW, said, turn } from "./run-machine.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** From the first report of the task to the acceptance of its third version. */
export const LIFE: readonly RunCommand[] = [
  DELIVER,
  taskRead(),
  { type: "acquire", attempt: 1 },
  { type: "begin_step", epoch: 1, key: "k", label: "K" },
  { type: "heartbeat", epoch: 1 },
  commit(1, "k"),
  finish(1, 1),
  said("Please add a chart."),
  { type: "acquire", attempt: 2 },
  finish(2, 2),
  said("Please add a table.", NOW + 7_200_000),
  { type: "acquire", attempt: 3 },
  finish(3, 3),
  said("I accept.", NOW + 10_800_000),
];

export const JOURNAL: BundleJournal = {
  key: "r0/k",
  round: 0,
  kind: "step",
  status: "done",
  epoch: 1,
  attempt: 1,
  at: NOW,
  sha256: sha256('{"inline":1}'),
  bytes: 12,
  result: '{"inline":1}',
};

/** A bundle as the actor would write it after these commands. */
export function bundleOf(commands: readonly RunCommand[]): RunBundle {
  let at: { state: ReturnType<typeof turn>["state"]; now: number } = NEW;
  const log: { seq: number; at: number; hash: string; event: RunEvent }[] = [];
  for (const command of commands) {
    const result = turn(at, command);
    for (const event of result.events.filter(isLogged)) {
      const seq = log.length + 1;
      const previous = log.at(-1)?.hash ?? "tar_777";
      log.push({ seq, at: at.now, hash: sha256(linkText(previous, seq, at.now, event)), event });
    }
    at = { state: result.state, now: at.now + 1_000 };
  }
  const { state } = at;
  if (state === null) throw new Error("There is a run.");
  const bundle = {
    schemaVersion: BUNDLE_SCHEMA,
    kind: "team-agent-run",
    run: detailOf(state),
    stateSchema: STATE_SCHEMA,
    state,
    chainedFrom: 1,
    events: log,
    journal: [
      JOURNAL,
      { ...JOURNAL, key: "r0/effect", kind: "effect", status: "intended", sha256: null, result: null },
    ],
    outbox: [],
    inbox: [],
    artifacts: manifestOf(state),
  };
  // As it comes out of a file.
  const read = readAs(BundleSchema, JSON.parse(JSON.stringify(bundle)));
  if (!read.ok) throw new Error(read.problem);
  return sealed(read.value, sha256);
}
