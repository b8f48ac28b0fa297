import { beforeEach, expect, test } from "vitest";
import { ProblemSchema, pageOf } from "../../src/core/wire.ts";
import { type SavedView, SavedViewSchema } from "../../src/core/wire-reports.ts";
import { MOST_VIEWS } from "../../src/d1/saved-views.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
let people = 0;
let ada: string;

beforeEach(() => {
  desk = newDesk();
  people += 1;
  ada = `ada${people}@agency.example`;
});

const as = (email: string, method: string, path: string, body?: object) =>
  ask(desk, method, path, {
    headers: { "X-Agency-OS-Staff": email },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const save = (name: string, query = "lifecycle=accepted", email = ada) =>
  as(email, "POST", "/me/saved-views", { name, query });
async function views(email = ada): Promise<readonly SavedView[]> {
  return (await bodyOf(await as(email, "GET", "/me/saved-views"), pageOf(SavedViewSchema))).items;
}

test("a saved view is there for who saved it, by name, and for nobody else", async () => {
  await save("Old ones");
  await save(" accepted ", "lifecycle=accepted&q=plunkett");
  expect((await views()).map(({ name, query }) => [name, query])).toEqual([
    ["accepted", "lifecycle=accepted&q=plunkett"],
    ["Old ones", "lifecycle=accepted"],
  ]);
  expect(await views(ada.toUpperCase())).toHaveLength(2);
  expect(await views(`x${ada}`)).toEqual([]);
});

test("one of the same name takes the new query, however it is spelt", async () => {
  expect((await save("Mine")).status).toBe(201);
  expect((await save("MINE", "q=x")).status).toBe(200);
  expect((await views()).map(({ name, query }) => [name, query])).toEqual([["MINE", "q=x"]]);
});

test("it is removed by its owner alone", async () => {
  await save("Mine");
  const [mine] = await views();
  const path = `/me/saved-views/${mine?.viewId ?? ""}`;
  expect((await as(`x${ada}`, "DELETE", path)).status).toBe(404);
  expect(await views()).toHaveLength(1);
  expect((await as(ada, "DELETE", path)).status).toBe(200);
  expect(await views()).toEqual([]);
});

test("there may be so many and no more, but the query of one may always change", async () => {
  for (let n = 0; n < MOST_VIEWS; n += 1) await save(`View ${n}`);
  const more = await save("One more");
  expect([more.status, (await bodyOf(more, ProblemSchema)).code]).toEqual([409, "too_many"]);
  expect((await save("view 7", "q=other")).status).toBe(200);
  expect(await views()).toHaveLength(MOST_VIEWS);
});

test.each([
  [{ name: " ", query: "" }, "name"],
  [{ name: "x".repeat(61), query: "" }, "name"],
  [{ name: "x", query: "x".repeat(601) }, "query"],
  [{ name: "x" }, "query"],
])("one that cannot be is refused by field: %o", async (body, path) => {
  const response = await as(ada, "POST", "/me/saved-views", body);
  expect([response.status, (await bodyOf(response, ProblemSchema)).issues?.[0]?.path]).toEqual([400, path]);
});

test("a program that speaks for nobody has none", async () => {
  for (const [method, path] of [
    ["GET", "/me/saved-views"],
    ["POST", "/me/saved-views"],
    ["DELETE", "/me/saved-views/view_1"],
  ] as const) {
    const response = await ask(desk, method, path);
    expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([403, "nobody_named"]);
  }
});
