import { describe, expect, it } from "vitest";
import { Api } from "../../web/interface/api.ts";
import { mayDo, openSession, session } from "../../web/interface/state/session.ts";
import { fakeLine } from "./support/fake-line.ts";
import { EVERYTHING, json, problem } from "./support/panel.ts";

/** Lets promises that are already settled run their continuations. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("who looks at the panel", () => {
  it("is asked until it is known, then when the page is looked at again; a later failure takes nothing away", async () => {
    const line = fakeLine();
    let answer = () => problem(502, "control_plane_unreachable", "Away", "It did not answer.");
    let asked = 0;
    const api = new Api(async () => {
      asked += 1;
      return answer();
    });
    const again = openSession(api, line.deps.clock);
    await settle();
    expect([session.value.kind, mayDo("runs.kill")]).toEqual(["problem", false]);
    line.pass(2000);
    await settle();
    line.pass(3999);
    await settle();
    expect(asked).toBe(2);
    answer = () => json(EVERYTHING);
    line.pass(1);
    await settle();
    expect([asked, session.value.kind, mayDo("runs.kill")]).toEqual([3, "known", true]);
    line.pass(600_000);
    await settle();
    expect(asked).toBe(3);

    answer = () => problem(502, "control_plane_unreachable", "Away", "It did not answer.");
    again();
    await settle();
    line.pass(600_000);
    await settle();
    expect([asked, mayDo("runs.kill")]).toEqual([4, true]);

    answer = () => json({ ...EVERYTHING, anywhere: ["runs.read"] });
    again();
    await settle();
    expect([mayDo("runs.read"), mayDo("runs.kill")]).toEqual([true, false]);
  });
});
