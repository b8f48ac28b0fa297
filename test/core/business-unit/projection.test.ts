import { describe, expect, test } from "vitest";
import { projectionOf } from "../../../src/core/business-unit/projection.ts";
import { STATE_SCHEMA, upgradeState } from "../../../src/core/business-unit/upgrade.ts";
import { edit, played, SITUATIONS, stateOf } from "../../support/unit-machine.ts";

const NONE = { edits: [], refreshes: [] };

describe("the rows of the index", () => {
  test("hold the settings of today in the unit's own zone, and when its actor wakes", () => {
    const at = played(
      SITUATIONS.configured,
      edit({
        timeZone: "Pacific/Auckland",
        "settings.brand_terms.2000-01-01": ["old"],
        "settings.brand_terms.2026-11-21": ["new"],
        "settings.page_groups.2000-01-01": [{ label: "Blog", prefix: "/blog/" }],
      }),
      { type: "create_surface", by: "Maya" },
    );
    const rows = projectionOf(stateOf(at), NONE, Date.UTC(2026, 10, 20, 12));
    expect(rows).toMatchObject({ brandTerms: ["new"], pageGroups: [{ label: "Blog", prefix: "/blog/" }], ...NONE });
    expect([rows.wakeAt, rows.surfaceCreatedAt]).toEqual([
      expect.stringMatching(/^2026-11-\d\dT/),
      expect.stringMatching(/^2026-11-20T/),
    ]);
  });

  test("of a unit that waits for nothing hold no time", () => {
    const rows = projectionOf(stateOf(SITUATIONS["without sources"]), NONE, 0);
    expect([rows.wakeAt, rows.surfaceCreatedAt]).toEqual([null, null]);
  });
});

describe("a stored state", () => {
  test("is read as it was written, in every situation", () => {
    for (const { state } of Object.values(SITUATIONS))
      if (state !== null) expect(upgradeState(JSON.parse(JSON.stringify(state)), STATE_SCHEMA)).toEqual(state);
  });

  test("without a field that is new gets the value a unit is born with", () => {
    const { quality: _quality, ...older } = stateOf(SITUATIONS.done);
    expect(upgradeState(older, STATE_SCHEMA).quality).toEqual([]);
  });

  test("of a newer version, or damaged, is refused", () => {
    expect(() => upgradeState(stateOf(SITUATIONS.done), STATE_SCHEMA + 1)).toThrow(/this version knows/);
    expect(() => upgradeState({ ...stateOf(SITUATIONS.done), version: "x" }, STATE_SCHEMA)).toThrow(/at version/);
    expect(() => upgradeState("x", STATE_SCHEMA)).toThrow(/its root/);
  });
});
