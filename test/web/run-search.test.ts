/** The list of all runs, without a browser. */
import { describe, expect, it } from "vitest";
import { Api } from "../../web/interface/api.ts";
import { RunSearch } from "../../web/interface/state/run-search.ts";
import { NOW, summary } from "./support/runs.ts";

const refusal = (): Response =>
  Response.json({ type: "about:blank", title: "Away", status: 503, detail: "Later.", code: "away" }, { status: 503 });

function searchOf(answer: (cursor: string | null) => Response) {
  const asked: string[] = [];
  const learnt: string[] = [];
  const api = new Api(async (path) => {
    asked.push(path.replace("/api/team-agent-runs", ""));
    return answer(new URL(path, "http://x").searchParams.get("cursor"));
  });
  const search = new RunSearch(
    (parameters) => api.runs(parameters),
    { status: "failed" },
    () => NOW,
    (runs) => learnt.push(...runs.map((run) => run.title)),
  );
  return { search, asked, learnt };
}

const page = (n: number, nextCursor: string | null) =>
  Response.json({ items: [summary(n, { title: `Run ${n}` })], nextCursor });
const twoPages = (cursor: string | null) => (cursor === null ? page(1, "two") : page(2, null));
const titles = (search: RunSearch) => search.state.value.items.map((run) => run.title);

describe("the list of all runs", () => {
  it("asks for what fits, goes on where the last page ended, and stops at the end", async () => {
    const { search, asked, learnt } = searchOf(twoPages);
    await search.again();
    expect(search.state.value).toMatchObject({ loaded: true, more: true, at: NOW });
    await search.more();
    await search.more();
    expect([titles(search), asked]).toEqual([
      ["Run 1", "Run 2"],
      ["?status=failed", "?status=failed&cursor=two"],
    ]);
    expect([search.state.value.more, learnt]).toEqual([false, ["Run 1", "Run 2"]]);
  });

  it("asks once, however often the reader comes near the end meanwhile", async () => {
    const { search, asked } = searchOf(twoPages);
    await search.again();
    await Promise.all([search.more(), search.more(), search.more()]);
    expect(asked).toHaveLength(2);
  });

  it("keeps its rows when a page fails, and asks for that one again only when told to", async () => {
    let healthy = false;
    const { search, asked } = searchOf((cursor) => (cursor === null || healthy ? twoPages(cursor) : refusal()));
    await search.again();
    await search.more();
    expect([titles(search), search.state.value.problem?.status]).toEqual([["Run 1"], 503]);
    await search.more();
    expect(asked).toHaveLength(2);
    healthy = true;
    await search.retry();
    expect([titles(search), search.state.value.problem]).toEqual([["Run 1", "Run 2"], null]);
  });

  it("from the first page on it shows what is there until the new one arrives", async () => {
    const { search } = searchOf(twoPages);
    await search.again();
    await search.more();
    const again = search.again();
    expect(titles(search)).toEqual(["Run 1", "Run 2"]);
    await again;
    expect(titles(search)).toEqual(["Run 1"]);
  });

  it("a list that is being read is not exchanged when the reader returns; one that failed is asked for again", async () => {
    let healthy = false;
    const { search, asked } = searchOf((cursor) => (healthy ? twoPages(cursor) : refusal()));
    await search.again();
    healthy = true;
    search.wake();
    await Promise.resolve();
    expect(asked).toHaveLength(2);
    await search.again();
    search.wake();
    expect(asked).toHaveLength(3);
  });

  it("an answer after its end changes nothing", async () => {
    const { search } = searchOf(twoPages);
    const first = search.again();
    search.stop();
    await first;
    expect(search.state.value.loaded).toBe(false);
  });
});
