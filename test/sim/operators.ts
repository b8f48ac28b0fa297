/** Operators who hold work and let it go on: the real rows, the real word to the runs at work, and books of what stands. */
import type { Hold } from "../../src/core/run/holds.ts";
import { addHold, removeHold, tasksAtWork } from "../../src/d1/holds.ts";
import { SEO } from "../support/run-cases.ts";
import { newProcess } from "./clock.ts";
import type { Caller } from "./line.ts";
import type { World } from "./world.ts";

/** Holds of every scope; the last two catch nobody here. */
const HOLDS: readonly [Named, ...Named[]] = [
  { scope: "all", value: "" },
  { scope: "client", value: "bu_plunkett" },
  { scope: "skill", value: SEO.id },
  { scope: "upstream", value: "model" },
  { scope: "upstream", value: "search_console" },
  { scope: "upstream", value: "accuranker" },
  { scope: "client", value: "bu_harbour" },
];
type Named = Pick<Hold, "scope" | "value">;

const CATCHES_NOBODY: ReadonlySet<string> = new Set(["accuranker", "bu_harbour"]);
const MOST_TOLD = 500;

export class Operators {
  readonly #world: World;
  /** Since when each hold stands that catches the work of this agency. */
  readonly #standing = new Map<string, number>();
  readonly #placed = new Set<string>();
  #last = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** True while a hold stands that stood before `at`. */
  heldBefore(at: number): boolean {
    return [...this.#standing.values()].some((since) => since < at);
  }

  /** Somebody holds something. What goes wrong on the way is told in the panel, and nobody tries again. */
  async place(): Promise<void> {
    const { clock, random, index } = this.#world;
    this.#last += 1;
    const createdAt = new Date(clock.now).toISOString();
    const named = random.pick(HOLDS);
    const hold: Hold = { holdId: `hold_${this.#last}`, ...named, reason: "to look", by: "Tom Achebe", createdAt };
    clock.note(`Tom holds ${hold.scope} ${hold.value} as ${hold.holdId}`);
    const work = async (): Promise<void> => {
      await addHold(index, hold);
      this.#placed.add(hold.holdId);
      if (!CATCHES_NOBODY.has(hold.value)) this.#standing.set(hold.holdId, clock.now);
    };
    await this.#change(`place ${hold.holdId}`, work);
  }

  /** Takes off one hold that stands, if any does. */
  async lift(): Promise<void> {
    const [holdId] = this.#placed;
    if (holdId === undefined) return;
    await this.#change(`lift ${holdId}`, async () => {
      await removeHold(this.#world.index, holdId);
      this.#placed.delete(holdId);
      this.#standing.delete(holdId);
    });
  }

  get stands(): boolean {
    return this.#placed.size > 0;
  }

  async #change(name: string, work: () => Promise<void>): Promise<void> {
    const { clock, line, index } = this.#world;
    const caller: Caller = { process: newProcess(`panel: ${name}`), commit: () => undefined };
    try {
      await line.call(caller, "d1", name, work);
      const tasks = await line.call(caller, "d1", "tasksAtWork", () => tasksAtWork(index, MOST_TOLD));
      const told = tasks.map((gid) =>
        this.#world.host(gid).call(
          caller.process,
          "holdsChanged",
          (actor) => actor.holdsChanged(),
          () => undefined,
        ),
      );
      await Promise.allSettled(told);
    } catch {
      clock.note(`${name} failed in the panel`);
    }
  }
}
