/** `docs/operations.md` against what operators meet: entries of the log, tiles and badges of Ops, and the words of buttons. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/runtime/paths.ts";
import { WebhookViewSchema } from "../../src/core/wire-ops.ts";

const read = (file: string): Promise<string> => readFile(path.join(ROOT, file), "utf8");

/** Everything under a folder that is TypeScript, as one text per file. */
async function sources(folder: string): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const files = (await readdir(path.join(ROOT, folder), { recursive: true })).filter((file) => file.endsWith(".ts"));
  return Promise.all(files.map(async (file) => ({ file, text: await read(path.join(folder, file)) })));
}

const page = await read("docs/operations.md");
const code = (await sources("src")).filter(({ file }) => file !== path.join("lib", "log.ts"));
const panel = (await sources("web/interface")).map(({ text }) => text).join("\n");

/** What follows a heading, up to the next one of its rank. */
function section(heading: string): string {
  const rank = heading.slice(0, heading.indexOf(" "));
  const [, rest = ""] = `\n${page}`.split(`\n${heading}\n`);
  return rest.split(`\n${rank} `)[0] ?? "";
}

interface Row {
  readonly first: string;
  readonly cells: readonly string[];
}

/** The rows of the tables in a text, without the head. */
function rows(text: string): readonly Row[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) => line.slice(2, -2).split(/(?<!\\) \| /))
    .flatMap(([first = "", ...cells]) => [{ first, cells }]);
}

const codesIn = (text: string): readonly string[] =>
  [...text.replace(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, one = ""]) => one);
const headings = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = ""]) => heading);
/** `*Heading*` as the page refers to a runbook; not the words in italics that begin one, which are lines of their own. */
const referredTo = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![*\w])\*([A-Z][^*\n]+)\*(?!\*)/g)].map(([, heading = ""]) => heading);

const KINDS = ["run", "unit"];
const calls = code.flatMap(({ file, text }) =>
  [...text.matchAll(/\blog\.(info|warn|error)\(\s*(?:"([^"]+)"|`([^`]+)`)/g)].map(
    ([, level = "", plain, template = ""]) => ({ file, level, event: plain ?? template }),
  ),
);
/** Entries of a level; one that is named after a kind of actor is one per kind. */
const entries = (levels: readonly string[]): readonly string[] =>
  calls
    .filter(({ level }) => levels.includes(level))
    .flatMap(({ event }) =>
      event.includes("${") ? KINDS.map((kind) => event.replace(/\$\{[\w.]+\}/, kind)) : [event],
    );

describe("the log", () => {
  it("is written in a way this test can read", () => {
    const mentions = code.flatMap(({ text }) => text.match(/\blog\.(?:info|warn|error)\b/g) ?? []).length;
    expect(calls).toHaveLength(mentions);
    expect(
      code
        .filter(({ text }) => /\bconsole\.(?:log|info|warn|error|debug)\(|\blog\[/.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
    expect(calls.filter(({ event }) => !/^[a-z_]+\.[a-z_]+(\$\{(walk\.)?kind\})?$/.test(event))).toEqual([]);
  });

  const explained = rows(section("## What the log says")).slice(1);

  it("has every warning and error on the page, once, and no other", () => {
    const named = explained.flatMap(({ first }) => codesIn(first));
    expect(named.toSorted()).toEqual([...new Set(entries(["warn", "error"]))].toSorted());
  });

  it.each(explained.map(({ first, cells }) => [first, cells] as const))(
    "says of %s what it means and what to follow",
    (_first, cells) => {
      const [meaning = "", follow = ""] = cells;
      expect(meaning.length).toBeGreaterThan(20);
      expect(referredTo(follow).filter((one) => headings.includes(one)).length).toBeGreaterThan(0);
    },
  );

  it("is named nowhere on the page with an entry that is never written", () => {
    const first = new Set(calls.map(({ event }) => event.split(".")[0]));
    const known = new Set(entries(["info", "warn", "error"]));
    const looksLikeOne = codesIn(page).filter((one) => /^[a-z_]+\.[a-z_]+$/.test(one) && first.has(one.split(".")[0]));
    expect(looksLikeOne.length).toBeGreaterThan(10);
    expect(looksLikeOne.filter((one) => !known.has(one))).toEqual([]);
  });

  it("names the jobs of the crons that the page explains", async () => {
    const jobs = [...(await read("src/worker.ts")).matchAll(/^\s+(\w+): \(\) =>/gm)].map(([, job = ""]) => job);
    const told = rows(section("### A cron fails"))
      .slice(1)
      .flatMap(({ first }) => codesIn(first));
    expect(told.toSorted()).toEqual(jobs.toSorted());
  });
});

describe("what Ops shows", () => {
  const shown = rows(section("## What Ops shows")).slice(1);
  const labels = shown.flatMap(({ first }) => [...first.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label = ""]) => label));

  it("has a runbook for every tile", async () => {
    const tiles = [...(await read("web/interface/views/ops-tiles.ts")).matchAll(/title: "([^"]+)"/g)];
    expect(tiles.length).toBeGreaterThan(5);
    for (const [, title = ""] of tiles) expect(labels).toContain(title);
    for (const { first, cells } of shown) {
      const [runbook] = referredTo(cells.at(-1) ?? "");
      expect(`${first}: ${headings.includes(runbook ?? "")}`).toBe(`${first}: true`);
    }
  });

  it("has words for every state a webhook can be in, as the panel and as the route have them", async () => {
    const view = await read("web/interface/views/ops-webhooks.ts");
    const states = WebhookViewSchema.entries.health.options.filter((state) => state !== "healthy");
    const runbook = section("### A webhook is unhealthy");
    for (const state of states) {
      const label = new RegExp(`\\b${state}: \\{ label: "([^"]+)"`).exec(view)?.[1];
      expect(runbook).toContain(`**${label}** (\`${state}\``);
    }
  });

  it("has a row for every kind of wait", async () => {
    const words = await read("web/interface/state/words.ts");
    const [, waits = ""] = words.split("const WAITS:");
    const kinds = [...(waits.split("};")[0] ?? "").matchAll(/(\w+): \{ label: "([^"]+)"/g)];
    expect(kinds.length).toBeGreaterThan(8);
    const told = rows(section("## A run that does not move")).map(({ first }) => first);
    for (const [, kind = "", label = ""] of kinds)
      expect(told.filter((first) => first.startsWith(`**${label}** (\`${kind}\`)`))).toHaveLength(1);
  });
});

describe("the page", () => {
  it("refers to parts of itself that are there", () => {
    const text = page
      .split("\n")
      .filter((line) => !/^\*.*\*?$/.test(line))
      .join("\n");
    const named = referredTo(text);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((one) => !headings.includes(one))).toEqual([]);
  });

  it("names words of the panel that the panel has", () => {
    const labels = [...page.matchAll(/\*\*([^*\n]+)\*\*/g)].map(([, label = ""]) => label);
    expect(labels.length).toBeGreaterThan(20);
    expect(labels.filter((label) => !panel.includes(label))).toEqual([]);
  });

  it("names settings and secrets that something reads", async () => {
    const names = new Set([...page.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)].map(([name]) => name));
    const configs = await Promise.all(["wrangler.jsonc", "web/wrangler.jsonc"].map(read));
    const known = [
      ...configs,
      ...[...(await sources("scripts")), ...(await sources("web/edge"))].map(({ text }) => text),
    ];
    const everything = [...known, ...code.map(({ text }) => text)].join("\n");
    expect(names.size).toBeGreaterThan(30);
    const answered = ["STORE_ID", "SECRET_ID"];
    expect([...names].filter((name) => !answered.includes(name) && !everything.includes(name))).toEqual([]);
  });

  it("names causes that there are", () => {
    const named = ["### Runs fail", "### A refresh fails"].flatMap((heading) =>
      rows(section(heading).replaceAll(/^ {3}(?=\|)/gm, "")).flatMap(({ first }) => codesIn(first)),
    );
    const written = code.map(({ text }) => text).join("\n");
    expect(named.length).toBeGreaterThan(20);
    const isWritten = (one: string): boolean => {
      if (one.endsWith("…")) return written.includes(`"${one.slice(0, -1)}`);
      if (!one.startsWith("…_")) return written.includes(`"${one}"`);
      // Made of the name of an upstream and one of the common reasons, or written out.
      return written.includes(`code("${one.slice(2)}")`) || written.includes(`${one.slice(1)}"`);
    };
    expect(named.filter((one) => !isWritten(one))).toEqual([]);
  });

  it("has a runbook for everything it sends people to, and begins each with what is seen", () => {
    const runbooks = section("## Runbooks").split("\n### ").slice(1);
    expect(runbooks.length).toBeGreaterThan(12);
    for (const runbook of runbooks) {
      const [heading = "", , lead = ""] = runbook.split("\n");
      expect(`${heading}: ${/^\*\S/.test(lead)}`).toBe(`${heading}: true`);
      expect(`${heading}: ${/^1\. /m.test(runbook) || /^\| /m.test(runbook) || /^- /m.test(runbook)}`).toBe(
        `${heading}: true`,
      );
    }
  });
});
