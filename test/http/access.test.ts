/** Who may do what through the routes, and that nobody sees another client's rows. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BOARD_UNITS_HEADER } from "../../src/actors/address.ts";
import { ask, type Desk, newDesk } from "./hands.ts";
import { seedTwoClients } from "./two-clients.ts";

let desk: Desk;
const STAFF = "X-Agency-OS-Staff";
const as = (email: string, method: string, path: string, body?: object) =>
  ask(desk, method, path, {
    headers: { [STAFF]: email },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

// One database for the file: what a test writes is about people of its own.
beforeAll(seedTwoClients);

beforeEach(() => {
  desk = newDesk();
  desk.strangersAreAdmins = false;
  desk.operators = [];
});

describe("a run", () => {
  test.each([
    ["viewer", 403],
    ["consultant", 404],
    ["approver", 404],
    ["admin", 404],
    ["ops", 404],
    ["boss", 404],
  ])("of one's own Business Unit answers a %s who steers it with %i", async (who, status) => {
    // Behind the guard there is no such actor in this test: 404 with the route's own words says that the guard let it by.
    const response = await as(`${who}@agency.example`, "POST", "/team-agent-runs/tar_1/pause", { reason: "r" });
    expect(response.status).toBe(status);
    if (status === 404) expect(await response.json()).toMatchObject({ code: "no_such_run" });
  });

  test.each(["viewer", "consultant", "approver", "admin", "ops"])(
    "of another client does not exist for a %s",
    async (who) => {
      for (const path of ["/team-agent-runs/tar_2", "/team-agent-runs/tar_2/events", "/report-artifacts/art_b"]) {
        const response = await as(`${who}@agency.example`, "GET", path);
        expect([path, response.status, (await response.json<{ code: string }>()).code]).toEqual([
          path,
          404,
          "not_found",
        ]);
      }
    },
  );
});

test("an answer in the panel takes who may steer the run, by the same rule as every other word to it", async () => {
  const answered = async (who: string, run: string) => {
    const response = await as(`${who}@agency.example`, "POST", `/team-agent-runs/${run}/answer`, { text: "yes" });
    return [response.status, (await response.json<{ code: string }>()).code];
  };
  for (const who of ["consultant", "approver", "admin", "ops", "boss"])
    expect([who, ...(await answered(who, "tar_1"))]).toEqual([who, 404, "no_such_run"]);
  expect(await answered("viewer", "tar_1")).toEqual([403, "not_allowed"]);
  expect(await answered("admin", "tar_2")).toEqual([404, "not_found"]);
  expect(await answered("stranger", "tar_1")).toEqual([404, "not_found"]);
});

describe("a report", () => {
  test.each([
    ["viewer", 403],
    ["consultant", 403],
    ["approver", 404],
    ["admin", 404],
    ["ops", 403],
    ["boss", 404],
  ])("of one's own Business Unit answers a %s who dismisses it with %i", async (who, status) => {
    // Behind the guard no run knows of this report: 404 with the route's own words says that the guard let it by.
    const body = { act: "dismiss", reason: "r", version: 1 };
    const response = await as(`${who}@agency.example`, "PATCH", "/report-artifacts/art_a", body);
    const code = status === 404 ? "no_such_artifact" : "not_allowed";
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  test("of another client does not exist for an approver who dismisses it", async () => {
    const body = { act: "dismiss", reason: "r", version: 1 };
    const response = await as("approver@agency.example", "PATCH", "/report-artifacts/art_b", body);
    expect([response.status, await response.json()]).toMatchObject([404, { code: "not_found" }]);
  });
});

describe("lists", () => {
  test("hold the rows of one's own clients alone", async () => {
    const listed = async (email: string, path: string) => {
      const { items } = await (await as(email, "GET", path)).json<{ items: { businessUnitId: string | null }[] }>();
      return items.map((one) => one.businessUnitId);
    };
    expect(await listed("viewer@agency.example", "/team-agent-runs")).toEqual(["bu_a"]);
    expect(await listed("viewer@agency.example", "/team-agent-runs?businessUnitId=bu_b")).toEqual([]);
    expect(await listed("boss@agency.example", "/team-agent-runs")).toEqual([null, "bu_b", "bu_a"]);
    expect(await listed("viewer@agency.example", "/report-artifacts")).toEqual(["bu_a"]);
  });

  test("are refused to a stranger, to somebody archived, and by e-mail in any case to nobody else", async () => {
    for (const email of ["stranger@agency.example", "gone@agency.example"])
      expect((await as(email, "GET", "/team-agent-runs")).status).toBe(403);
    expect((await as("BOSS@Agency.example", "GET", "/team-agent-runs")).status).toBe(200);
  });
});

describe("the live board", () => {
  test("is asked for the Business Units of whoever watches, whatever they send along", async () => {
    const asked: (string | null)[] = [];
    const board = {
      fetch: async (request: Request) => {
        asked.push(request.headers.get(BOARD_UNITS_HEADER));
        return new Response(null, { status: 204 });
      },
    };
    const watched: Desk = { ...desk, deps: { ...desk.deps, board: () => board } };
    for (const email of ["viewer@agency.example", "boss@agency.example"])
      await ask(watched, "GET", "/team-agent-runs/live", {
        headers: { [STAFF]: email, upgrade: "websocket", [BOARD_UNITS_HEADER]: "bu_b" },
      });
    expect(asked).toEqual(["bu_a", null]);
  });
});

describe("a header that names nobody one can know", () => {
  test.each(["", "   ", "bo\u00e9ss@agency.example", `${"x".repeat(130)}@agency.example`])(
    "is a stranger and no program: %j",
    async (email) => {
      expect((await as(email, "GET", "/team-agent-runs")).status).toBe(403);
      expect((await as(email, "GET", "/internal/ops")).status).toBe(403);
    },
  );
});

test("somebody archived is no stranger: where strangers may set everything up they may nothing", async () => {
  desk.strangersAreAdmins = true;
  expect((await as("stranger@agency.example", "GET", "/admin-registry/users")).status).toBe(200);
  expect((await as("gone@agency.example", "GET", "/admin-registry/users")).status).toBe(403);
});

describe("staff", () => {
  const boss = (method: string, path: string, body?: object) => as("boss@agency.example", method, path, body);

  test("are added, found, changed with a history, and archived", async () => {
    const added = await boss("POST", "/admin-registry/users", {
      name: " Ada ",
      email: "Ada@Agency.example",
      role: "approver",
    });
    const user = await added.json<{ userId: string; version: number }>();
    expect([added.status, user]).toMatchObject([
      201,
      { userId: "user_ada", name: "Ada", email: "ada@agency.example", version: 1 },
    ]);
    const changed = await boss("PATCH", "/admin-registry/users/user_ada", {
      role: "admin",
      version: 1,
      reason: "promoted",
    });
    expect([changed.status, await changed.json()]).toMatchObject([200, { role: "admin", version: 2 }]);
    expect((await as("ada@agency.example", "GET", "/admin-registry/users")).status).toBe(200);
    expect((await boss("DELETE", "/admin-registry/users/user_ada")).status).toBe(200);
    expect((await as("ada@agency.example", "GET", "/admin-registry/users")).status).toBe(403);
    const { results } = await env.PLATFORM_BUILD_DB.prepare(
      "SELECT version, field, before, after, edited_by, reason FROM admin_edit_history WHERE scope_id = 'user_ada' AND version = 2",
    ).all();
    expect(results).toEqual([
      {
        version: 2,
        field: "role",
        before: '"approver"',
        after: '"admin"',
        edited_by: "boss@agency.example",
        reason: "promoted",
      },
    ]);
  });

  test("that were archived are found there, come back with what they were, and are not changed meanwhile", async () => {
    const path = "/admin-registry/users/user_iris";
    const body = async (response: Promise<Response>) => (await response).json<Record<string, unknown>>();
    const items = async (where: string) =>
      (await (await boss("GET", where)).json<{ items: Record<string, string>[] }>()).items;
    await boss("POST", "/admin-registry/users", { name: "Iris", email: "iris@agency.example", role: "viewer" });
    await boss("DELETE", path, { reason: "On leave." });
    expect((await items("/admin-registry/users")).map((one) => one.userId)).not.toContain("user_iris");
    expect((await items("/admin-registry/users?archived=true")).map((one) => one.userId)).toContain("user_iris");
    expect(await body(boss("PATCH", path, { role: "admin" }))).toMatchObject({ status: 409, code: "archived" });
    // The address is still theirs.
    expect(
      await body(boss("POST", "/admin-registry/users", { name: "Iris", email: "iris@agency.example" })),
    ).toMatchObject({ code: "duplicate", detail: "The address belongs to Iris (archived), user_iris." });
    const [leave] = await items(`${path}/edit-history`);
    expect(leave).toMatchObject({ field: "archivedAt", reason: "On leave." });
    expect(await body(boss("POST", `${path}/edit-history/${leave?.editId}/restore`, {}))).toMatchObject({
      archivedAt: null,
      role: "viewer",
      version: 3,
    });
    expect((await as("iris@agency.example", "GET", "/admin-registry/users")).status).toBe(200);
    await boss("PATCH", path, { archived: true });
    expect(await body(boss("PATCH", path, { archived: false, role: "approver" }))).toMatchObject({
      archivedAt: null,
      role: "approver",
    });
    const [promoted] = (await items(`${path}/edit-history`)).filter(({ field }) => field === "role");
    expect(await body(boss("POST", `${path}/edit-history/${promoted?.editId}/restore`, {}))).toMatchObject({
      role: "viewer",
    });
    expect(await body(boss("POST", `${path}/edit-history/edit_none/restore`, {}))).toMatchObject({
      code: "no_such_edit",
    });
    await boss("DELETE", path);
  });

  test("of whom two people change two things keep both", async () => {
    const path = "/admin-registry/users/user_consultant";
    await boss("PATCH", path, { asanaUserGid: "1200", version: 1 });
    const other = await boss("PATCH", path, { name: "Connie", version: 1 });
    expect([other.status, await other.json()]).toMatchObject([200, { name: "Connie", asanaUserGid: "1200" }]);
    const whole = { name: "Connie", asanaUserGid: "1300", version: 1 };
    const stale = await as("boss@agency.example", "PATCH", path, whole);
    expect(await stale.json()).toMatchObject({
      code: "stale_write",
      difference: [{ field: "asanaUserGid", yours: "1300", current: "1200", base: null }],
    });
  });

  test("that were changed since one looked are a conflict with the difference, and nothing is written", async () => {
    await boss("PATCH", "/admin-registry/users/user_viewer", { name: "Vera", version: 1 });
    const stale = await boss("PATCH", "/admin-registry/users/user_viewer", { name: "Viola", version: 1 });
    expect([stale.status, await stale.json()]).toMatchObject([
      409,
      {
        code: "stale_write",
        version: 2,
        difference: [{ field: "name", yours: "Viola", current: "Vera", base: "viewer" }],
      },
    ]);
    const same = await boss("PATCH", "/admin-registry/users/user_viewer", { name: "Vera", version: 1 });
    expect([same.status, await same.json()]).toMatchObject([200, { name: "Vera", version: 2 }]);
  });

  test("with an address or an Asana user somebody has already are refused by name", async () => {
    await boss("PATCH", "/admin-registry/users/user_viewer", { asanaUserGid: "77" });
    const twin = await boss("POST", "/admin-registry/users", { name: "N", email: "ops@agency.example" });
    expect([twin.status, await twin.json()]).toMatchObject([
      409,
      { code: "duplicate", detail: "The address belongs to ops, user_ops." },
    ]);
    const gid = await boss("POST", "/admin-registry/users", {
      name: "N",
      email: "n@agency.example",
      asanaUserGid: "77",
    });
    expect([gid.status, await gid.json()]).toMatchObject([409, { issues: [{ path: "asanaUserGid" }] }]);
  });

  test.each([
    [{ email: "a@b.example" }, "name"],
    [{ name: "N", email: "nothing" }, "email"],
    [{ name: "N", email: "a@b.example", role: "king" }, "role"],
    [{ name: "N", email: "a@b.example", asanaUserGid: "x" }, "asanaUserGid"],
  ])("that cannot be are refused by field: %o", async (body, path) => {
    const response = await boss("POST", "/admin-registry/users", body);
    expect([response.status, await response.json()]).toMatchObject([400, { issues: [{ path }] }]);
  });

  test("of one local part added at the same moment get an id each", async () => {
    const added = await Promise.all(
      [1, 2, 3].map((n) => boss("POST", "/admin-registry/users", { name: "Z", email: `zoe@z${n}.example` })),
    );
    const users = await Promise.all(added.map((response) => response.json<{ userId: string }>()));
    expect(users.map(({ userId }) => userId).toSorted()).toEqual(["user_zoe", "user_zoe_2", "user_zoe_3"]);
  });

  test("keep their last admin, unless a program takes the role", async () => {
    const demoted = await boss("PATCH", "/admin-registry/users/user_boss", { role: "viewer" });
    expect([demoted.status, await demoted.json()]).toMatchObject([409, { code: "last_admin" }]);
    expect((await boss("DELETE", "/admin-registry/users/user_boss")).status).toBe(409);
    const other = await boss("POST", "/admin-registry/users", {
      name: "Eve",
      email: "eve@agency.example",
      role: "admin",
    });
    expect(other.status).toBe(201);
    expect((await as("eve@agency.example", "DELETE", "/admin-registry/users/user_eve")).status).toBe(200);
  });

  test("page by id", async () => {
    const { items, nextCursor } = await (await boss("GET", "/admin-registry/users?cursor=user_boss")).json<{
      items: { userId: string }[];
      nextCursor: string | null;
    }>();
    expect([items.map((one) => one.userId), nextCursor]).toEqual([
      ["user_consultant", "user_ops", "user_viewer", "user_zoe", "user_zoe_2", "user_zoe_3"],
      null,
    ]);
  });
});
