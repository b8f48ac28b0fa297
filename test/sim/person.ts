/** The people around a run: they ask, answer, accept, object, change their minds, tidy up and press buttons. */

import { asksOf } from "../../src/core/run/asks.ts";
import { PHASES } from "../../src/core/run/restart.ts";
import type { RunState } from "../../src/core/run/types.ts";
import type { AsanaTask } from "../../src/ports/asana/port.ts";
import { INTAKE, JESSIE, MAYA, ROB, TOM } from "../support/run-cases.ts";
import { drawLittle } from "./bills.ts";
import { newProcess } from "./clock.ts";
import type { Actor } from "./host.ts";
import type { World } from "./world.ts";

const NAMES = [
  "SEO report for Plunkett, October 2040",
  "SEO report for Plunkett, October 2040",
  "SEO report for Plunkett, October 2040",
  "SEO report for Plunkett, October 2040",
  "SEO report for Plunkett, September 2040",
  "SEO report for Plunkett",
  "Report, please",
] as const;
const ANSWERS = ["October 2040", "SEO report for Plunkett, October 2040", "yes", "not sure yet"] as const;
const ON_BUDGET = ["go on", "go on", "stop", "why so much?"] as const;
const ON_CHANGE = ["apply", "apply", "keep"] as const;
const REVIEWS = {
  accept: ["I accept.", "looks great, accepted"],
  change: ["Please add a chart.", "- remove the rankings section\n- please add a summary"],
  ask: ["What drove the drop?"],
  vague: ["Hmm, the brand split.", "The brand split is wrong."],
  nothing: ["thanks", "noted", "go"],
} as const;

/** Rob is no member of staff: what he writes may steer nothing. */
const PEOPLE = { maya: MAYA, tom: TOM, rob: ROB } as const;

/** A task for Jessie, good or lacking something, and the first thing its author does about it. */
export function askFor(world: World, taskGid: string): void {
  const { random, asana } = world;
  const assigneeGid = random.chance(0.9) ? JESSIE.gid : null;
  asana.fake.putTask({
    gid: taskGid,
    name: random.pick(NAMES),
    assigneeGid,
    createdBy: MAYA,
    projectGids: [INTAKE],
  });
  world.clock.note(`Maya creates ${taskGid}`);
  world.host(taskGid);
  world.report(taskGid, { action: "added" });
  if (random.chance(0.5)) world.report(taskGid, { field: "assignee" });
}

interface Scene {
  readonly world: World;
  readonly taskGid: string;
  readonly state: RunState | null;
}

/** What a person can do, and how often they feel like it. */
const DEEDS: Readonly<Record<string, { readonly weight: number; readonly work: (scene: Scene) => void }>> = {
  comment: { weight: 10, work: say },
  rename: { weight: 1, work: (scene) => change(scene, { name: scene.world.random.pick(NAMES) }, "name") },
  unassign: { weight: 1, work: (scene) => change(scene, { assigneeGid: null }, "assignee") },
  complete: { weight: 0.6, work: (scene) => change(scene, { completed: true }, "completed") },
  moveOut: { weight: 0.3, work: (scene) => change(scene, { projectGids: ["200"] }, "projects") },
  remove: { weight: 0.2, work: remove },
  deleteComment: { weight: 0.7, work: (scene) => deleteOurs(scene, "comment") },
  deleteAttachment: { weight: 0.7, work: (scene) => deleteOurs(scene, "attachment") },
  cancel: { weight: 0.6, work: (scene) => press(scene, "cancel", (actor) => actor.cancel("Tom Achebe", "")) },
  allowMore: {
    weight: 0.5,
    work: (scene) => {
      const [kind, little] = drawLittle(scene.world.random);
      const limit = little * scene.world.random.pick([1, 5, 30]);
      press(scene, `allow ${limit} ${kind}`, (actor) => actor.setBudget("Tom Achebe", kind, limit, "as agreed"));
    },
  },
  kill: { weight: 0.3, work: (scene) => press(scene, "kill", (actor) => actor.kill("Tom Achebe", "")) },
  pause: { weight: 0.6, work: (scene) => press(scene, "pause", (actor) => actor.pause("Tom Achebe", "")) },
  resume: { weight: 1, work: (scene) => press(scene, "resume", (actor) => actor.resume("Tom Achebe", "")) },
  restart: {
    weight: 0.5,
    work: (scene) => {
      const from = scene.world.random.pick(PHASES);
      press(
        scene,
        `restart ${from}`,
        (actor) => actor.restart(from, "Tom Achebe", "to be sure"),
        ({ ok }, at) => {
          if (ok) scene.world.ledger.anew.asked(scene.taskGid, from, at);
        },
      );
    },
  },
  answer: { weight: 4, work: answer },
  retry: { weight: 3, work: (scene) => press(scene, "retry", (actor) => actor.retry("Tom Achebe")) },
};
const WEIGHTS = Object.fromEntries(Object.entries(DEEDS).map(([name, { weight }]) => [name, weight]));

/** One thing that somebody does about the task. */
export function act(world: World, taskGid: string, state: RunState | null): void {
  const { random } = world;
  const scene = { world, taskGid, state };
  const task = world.asana.fake.peek(taskGid);
  if (task === null) return;
  const jessies = task.assigneeGid === JESSIE.gid && !task.completed && task.projectGids.includes(INTAKE);
  if (!jessies && random.chance(0.5))
    change(scene, { assigneeGid: JESSIE.gid, completed: false, projectGids: [INTAKE] }, "assignee");
  else if ((state?.execution ?? null) !== null && random.chance(0.25)) changeMind(scene);
  else DEEDS[random.weighted({ ...WEIGHTS, ...world.habits })]?.work(scene);
}

/** In the middle of the work the task asks for another month, and shortly after somebody wants that one. */
function changeMind(scene: Scene): void {
  const { world, taskGid } = scene;
  const { random, clock } = world;
  change(scene, { name: random.pick(NAMES) }, "name");
  clock.after(random.between(5_000, 90_000), `Maya decides about the change of ${taskGid}`, () => {
    const { gid } = world.asana.fake.commentAs(MAYA, taskGid, random.pick(ON_CHANGE));
    world.report(taskGid, { action: "added", resourceType: "story", resourceGid: gid, parentGid: taskGid });
  });
}

/** Somebody wants more of a run that ended long ago, at the very moment in which it is put away. */
export function comeBack(world: World, taskGid: string): void {
  const { random, clock } = world;
  if (random.chance(0.5)) return;
  world.stirred.add(taskGid);
  const scene = { world, taskGid, state: null };
  clock.after(random.between(0, 400), `somebody comes back to ${taskGid}`, () =>
    press(scene, "retry", (actor) => actor.retry("Tom Achebe", "once more")),
  );
}

function change({ world, taskGid }: Scene, fields: Partial<AsanaTask>, field: string): void {
  world.clock.note(`a person changes the ${field} of ${taskGid}`);
  world.asana.fake.putTask({ ...fields, gid: taskGid });
  world.report(taskGid, { field });
}

function remove({ world, taskGid }: Scene): void {
  world.clock.note(`a person deletes ${taskGid}`);
  world.asana.fake.removeTask(taskGid);
  world.report(taskGid, { action: "deleted" });
}

function deleteOurs({ world, taskGid }: Scene, kind: "comment" | "attachment"): void {
  const deleted = world.asana.deleteOne(kind, taskGid, world.random.between(0, 9));
  world.clock.note(`a person deletes ${deleted ?? "nothing"}`);
}

/** What somebody would write on the task, said in the panel: now and then twice, or to a question of a while ago. */
function answer(scene: Scene): void {
  const { random } = scene.world;
  const { text, author } = wordOf(scene);
  const [ask] = scene.state === null ? [] : asksOf(scene.state);
  const to = random.weighted({ named: 3, unnamed: 1, old: 0.5 });
  const { gid, name } = PEOPLE[author];
  const speaker = { authorGid: random.chance(0.8) ? gid : `staff:${gid}`, authorName: name, lead: author === "maya" };
  const id = { named: ask?.id ?? null, unnamed: null, old: "question-1" }[to];
  for (let times = random.chance(0.2) ? 2 : 1; times > 0; times -= 1)
    press(scene, `answer “${text}” to ${id}`, (actor) => actor.answer(text, id, speaker));
}

function wordOf({ world: { random }, state }: Scene): { readonly text: string; readonly author: keyof typeof PEOPLE } {
  const asked = state?.status === "needs_clarification";
  const used = (state?.budget?.question ?? null) !== null;
  const kind = random.weighted({ accept: 3, change: 4, ask: 2, vague: 2, nothing: 2 });
  const changed = (state?.talk.change ?? null) !== null && random.chance(0.8);
  const others = changed ? ON_CHANGE : asked ? ANSWERS : REVIEWS[kind];
  const text = random.pick(used ? ON_BUDGET : others);
  return { text, author: random.weighted({ maya: 8, tom: 2, rob: 0.5 }) };
}

function say(scene: Scene): void {
  const { world, taskGid } = scene;
  const { clock, asana } = world;
  const { text, author } = wordOf(scene);
  const { gid } = asana.fake.commentAs(PEOPLE[author], taskGid, text);
  clock.note(`${PEOPLE[author].name} writes ${gid} on ${taskGid}: ${text}`);
  world.report(taskGid, { action: "added", resourceType: "story", resourceGid: gid, parentGid: taskGid });
}

/** A button of the panel: its answer goes to a browser, which nobody waits for here. */
function press<T>(
  { world, taskGid }: Scene,
  button: string,
  work: (actor: Actor) => T | Promise<T>,
  booked: (answer: T, at: number) => void = () => undefined,
): void {
  const browser = newProcess(`panel pressing ${button}`);
  const pressed = world.host(taskGid).call(browser, button, work, booked);
  pressed.catch(() => world.clock.note(`${button} failed in the panel`));
}
