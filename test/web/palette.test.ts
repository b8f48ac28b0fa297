import { describe, expect, it } from "vitest";
import { type KeyMap, Keys } from "../../web/interface/state/keys.ts";
import { type PaletteAction, registerActions, registeredActions } from "../../web/interface/state/palette.ts";
import { fitness, fitting, type PaletteGroup, PaletteSearch } from "../../web/interface/state/palette-search.ts";
import { isIn, placesFor } from "../../web/interface/state/places.ts";
import { initials, standingWords } from "../../web/interface/state/session.ts";
import { type Theme, ThemeChoice } from "../../web/interface/state/theme.ts";
import { EVERYTHING } from "./support/panel.ts";

const entry = (label: string, more: Partial<PaletteAction> = {}): PaletteAction => ({ id: label, label, ...more });

describe("finding in the palette", () => {
  it("needs every word, and takes beginnings before what stands inside a word", () => {
    expect(fitness("set plun", entry("Plunkett settings"))).toBeGreaterThan(0);
    expect(fitness("set plun x", entry("Plunkett settings"))).toBe(0);
    expect(fitness("plun", entry("Plunkett"))).toBeGreaterThan(fitness("plun", entry("Splunk")));
    expect(fitness("staff", entry("Manage Users", { keywords: "staff people" }))).toBeGreaterThan(0);
    expect(fitness("aff", entry("Manage Users", { keywords: "staff people" }))).toBe(0);
  });

  it("reads accents and capitals as plain letters", () =>
    expect(fitness("CAFE", entry("Café Müller"))).toBeGreaterThan(0));

  it("shows before anything is typed only what leads somewhere from everywhere", () => {
    const group = { title: "Clients", entries: [entry("A"), entry("A settings", { isSecondary: true })] };
    expect(fitting(" ", group).entries.map((one) => one.label)).toEqual(["A"]);
    expect(fitting("a", group).entries).toHaveLength(2);
  });
});

function searching(remote: (query: string) => Promise<readonly PaletteGroup[]>) {
  const timers = new Set<() => void>();
  const search = new PaletteSearch({
    local: () => [{ title: "Go to", entries: [entry("Home"), entry("Runs")] }],
    loaded: async () => [{ title: "Clients", entries: [entry("Runswick")] }],
    remote,
    clock: {
      after: (_ms, task) => {
        timers.add(task);
        return () => void timers.delete(task);
      },
    },
  });
  const shown = (): string[] =>
    search.state.value.groups.map((group) => `${group.title}: ${group.entries.map((one) => one.label).join(", ")}`);
  const pause = (): void => {
    for (const task of timers) task();
    timers.clear();
  };
  return { search, shown, pause };
}

describe("the search behind the palette", () => {
  it("shows what is known at once and what the server found a pause later", async () => {
    const asked: string[] = [];
    const { search, shown, pause } = searching(async (query) => {
      asked.push(query);
      return [{ title: "Runs", entries: [entry("Third quarter")] }];
    });
    await search.start();
    search.type("r");
    pause();
    search.type("ru");
    search.type("run");
    expect(shown()).toEqual(["Go to: Runs", "Clients: Runswick"]);
    expect(search.state.value.isSearching).toBe(true);
    pause();
    await Promise.resolve();
    expect(asked).toEqual(["run"]);
    expect(shown().at(-1)).toBe("Runs: Third quarter");
    expect(search.state.value.isSearching).toBe(false);
  });

  it("drops an answer to words that stand there no more", async () => {
    const answers: ((groups: readonly PaletteGroup[]) => void)[] = [];
    const { search, shown, pause } = searching(() => new Promise((resolve) => answers.push(resolve)));
    search.type("old");
    pause();
    search.type("new");
    pause();
    answers[1]?.([{ title: "Runs", entries: [entry("new one")] }]);
    answers[0]?.([{ title: "Runs", entries: [entry("old one")] }]);
    await Promise.resolve();
    expect(shown()).toEqual(["Runs: new one"]);
  });
});

describe("actions of a page", () => {
  it("are offered while it stands, and a newer offer outlives the end of the one it replaced", () => {
    const endFirst = registerActions("run", [entry("Stop")]);
    const endSecond = registerActions("run", [entry("Resume")]);
    endFirst();
    expect(registeredActions().map((one) => one.label)).toEqual(["Resume"]);
    endSecond();
    expect(registeredActions()).toEqual([]);
  });
});

describe("keys", () => {
  const press = (key: string, more: Partial<Parameters<Keys["press"]>[0]> = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isTyping: false,
    ...more,
  });
  const keysOf = () => {
    const done: string[] = [];
    const names = ["/", "mod+k", "?", "g h", "g r", "h"];
    const map: KeyMap = Object.fromEntries(names.map((name) => [name, () => void done.push(name)]));
    return { keys: new Keys(map), done };
  };

  it("two after each other go to a place, if the second comes soon", () => {
    const { keys, done } = keysOf();
    keys.press(press("g"), 0);
    expect(keys.press(press("r"), 500)).toBe(true);
    keys.press(press("g"), 2000);
    keys.press(press("h"), 4000);
    expect(done).toEqual(["g r", "h"]);
  });

  it("while somebody writes, a letter is a letter; with Ctrl or ⌘ it is meant for the panel", () => {
    const { keys, done } = keysOf();
    expect(keys.press(press("/", { isTyping: true }), 0)).toBe(false);
    expect(keys.press(press("k", { isTyping: true, ctrlKey: true }), 0)).toBe(true);
    expect(keys.press(press("K", { metaKey: true }), 0)).toBe(true);
    expect(keys.press(press("c", { ctrlKey: true }), 0)).toBe(false);
    expect(done).toEqual(["mod+k", "mod+k"]);
  });

  it("names of the language's own objects are no keys", () => {
    const { keys } = keysOf();
    expect(keys.press(press("constructor"), 0)).toBe(false);
  });
});

describe("places", () => {
  it("operations are offered to operators alone", () => {
    const labels = (ops: boolean): string[] => placesFor({ ...EVERYTHING, ops }).map((one) => one.label);
    expect(labels(true)).toContain("Ops");
    expect(labels(false)).not.toContain("Ops");
    expect(placesFor(null).map((one) => one.label)).not.toContain("Ops");
  });

  it("an address below a place is in it, one that only begins alike is not", () => {
    const runs = placesFor(null).find((one) => one.label === "Runs");
    const home = placesFor(null).find((one) => one.label === "Home");
    if (runs === undefined || home === undefined) throw new Error("A place is missing.");
    expect([isIn(runs, "/runs/tar_1"), isIn(runs, "/search"), isIn(runs, "/runsome"), isIn(home, "/runs")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("who is here", () => {
  it("has a standing in words and initials", () => {
    expect(standingWords(EVERYTHING)).toBe("Admin, operator");
    expect(standingWords({ ...EVERYTHING, agencyRole: null, ops: false })).toBe("No role yet");
    const onUnits = { bu_1: ["units.read"], bu_2: [] };
    expect(standingWords({ ...EVERYTHING, agencyRole: null, ops: false, units: onUnits })).toBe(
      "Member of 2 Business Units",
    );
    expect(initials({ ...EVERYTHING, name: "Maya van Lindqvist" })).toBe("ML");
    expect(initials({ ...EVERYTHING, name: null, email: "tom.achebe@example.com" })).toBe("TA");
  });
});

describe("the theme", () => {
  const choice = (kept: string | null) => {
    const applied: Theme[] = [];
    const remembered: string[] = [];
    const theme = new ThemeChoice({
      recall: () => kept,
      remember: (_key, value) => void remembered.push(value),
      apply: (one) => void applied.push(one),
    });
    theme.start();
    return { theme, applied, remembered };
  };

  it("is the system's until one is chosen, and what was chosen is taken up again", () => {
    expect(choice(null).applied).toEqual(["system"]);
    expect(choice("dark").applied).toEqual(["dark"]);
    expect(choice("mauve").applied).toEqual(["system"]);
    const { theme, applied, remembered } = choice("dark");
    theme.choose("light");
    expect([applied, remembered]).toEqual([["dark", "light"], ["light"]]);
  });
});
