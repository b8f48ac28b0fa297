import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/core/wire.ts";
import type { Page, Reply } from "../../web/interface/api.ts";
import { readAsFar } from "../../web/interface/state/pages.ts";
import { isForOthers, Resource } from "../../web/interface/state/resource.ts";

function refusal(status: number, code: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { type: "about:blank", status, code, title: code, detail: code } };
}

/** A resource whose answers are given one after the other. */
function answering<T>(...answers: readonly Reply<T>[]): Resource<T> {
  const left = [...answers];
  return new Resource(
    async () => left.shift() ?? refusal(502, "control_plane_unreachable"),
    () => 7,
  );
}

describe("something loaded over HTTP", () => {
  it("keeps what was there when it cannot be renewed, and says why", async () => {
    const resource = answering<string>({ ok: true, value: "figures" }, refusal(401, "staff_identity_expired"));
    await resource.reload();
    await resource.reload();
    const { value, problem, at } = resource.state.value;
    expect([value, problem?.code, at]).toEqual(["figures", "staff_identity_expired", 7]);
  });

  it("does not keep on screen what the reader's role no longer reaches", async () => {
    const resource = answering<string>({ ok: true, value: "figures" }, refusal(403, "not_allowed"));
    await resource.reload();
    await resource.reload();
    expect([resource.state.value.value, resource.state.value.problem?.code]).toEqual([null, "not_allowed"]);
  });

  it.each([
    ["not_allowed", true],
    ["not_granted", true],
    ["ops_only", true],
    ["not_in_the_office", false],
    ["staff_identity_expired", false],
    ["somebody_else", false],
  ])("tells a role from another way out: %s", (code, isRole) => {
    expect(isForOthers(refusal(403, code).problem)).toBe(isRole);
  });
});

describe("a list in pages", () => {
  const load = (cursor: string | null): Promise<Reply<Page<number>>> => {
    const at = Number(cursor ?? 0);
    return Promise.resolve({
      ok: true,
      value: { items: [at, at + 1], nextCursor: at >= 6 ? null : String(at + 2) },
    });
  };

  it("is read anew as far as it was read, not from its first page alone", async () => {
    expect(await readAsFar(load, null)).toEqual({ ok: true, value: { items: [0, 1], nextCursor: "2" } });
    const again = await readAsFar(load, { items: [0, 1, 2], nextCursor: "4" });
    expect(again).toEqual({ ok: true, value: { items: [0, 1, 2, 3], nextCursor: "4" } });
    const whole = await readAsFar(load, { items: Array.from({ length: 99 }, (_, n) => n), nextCursor: null });
    expect(whole.ok && [whole.value.items.length, whole.value.nextCursor]).toEqual([8, null]);
  });

  it("stays as it was when one of its pages cannot be had", async () => {
    const failing = (cursor: string | null) =>
      cursor === null ? load(cursor) : Promise.resolve(refusal(502, "control_plane_unreachable"));
    expect(await readAsFar(failing, { items: [0, 1, 2], nextCursor: "4" })).toMatchObject({ ok: false });
  });
});
