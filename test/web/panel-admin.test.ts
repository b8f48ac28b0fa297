import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { BusinessUnitView } from "../../src/core/wire-registry.ts";
import { axeFaults, themeFaults } from "./support/axe.ts";
import { type Answer, EVERYTHING, json } from "./support/panel.ts";
import { ann, lakeside, registry, renamed, unit } from "./support/registry.ts";
import { panelTests, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();
const AT = "/admin/units/bu_lakeside";
const API = "/admin-registry/business-units/bu_lakeside";

/** A control plane of one Business Unit that notes the writes it is asked for. */
function asked(own: Answer = () => null, first: BusinessUnitView = unit()) {
  const shown = { current: first };
  const writes: string[] = [];
  const noting: Answer = async (request, path) => {
    if (request.method !== "GET") writes.push(`${request.method} ${path} ${await request.clone().text()}`);
    return own(request, path);
  };
  answer.current = registry(shown, noting);
  return { shown, writes };
}

function conflict(code: string, more: object): Response {
  return json({ type: "about:blank", status: 409, title: "Conflict", detail: "No.", code, ...more }, 409);
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

describe("from a client's name to a dashboard", () => {
  it("a client is made with the keyboard, keeps its name when that is taken, and goes on to its first Business Unit", async () => {
    const client = { clientId: "cl_new", name: "New", slug: "new", version: 1, archivedAt: null, createdAt: "" };
    const issues = [{ path: "name", message: "There is a client of that name: Lakeside." }];
    const { writes } = asked(async (request, path) => {
      if (path === "/admin-registry/clients" && request.method === "POST")
        return (await request.text()).includes("Lakeside") ? conflict("duplicate", { issues }) : json(client, 201);
      return path === "/admin-registry/clients/cl_new" ? json({ ...client, businessUnitIds: [] }) : null;
    });
    await visit("/admin", silent, async (page) => {
      await page.getByRole("link", { name: "Lakeside Shop", exact: true }).waitFor();
      await page.getByRole("button", { name: "Create client" }).focus();
      await page.keyboard.press("Enter");
      const name = page.getByRole("dialog").getByLabel("Name");
      await name.waitFor();
      await page.keyboard.type("Lakeside");
      await page.keyboard.press("Enter");
      await page.getByText("There is a client of that name: Lakeside.").waitFor();
      expect(await name.inputValue()).toBe("Lakeside");
      await name.fill("New");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "New Business Unit" }).waitFor();
      expect(await page.getByLabel("Name").first().inputValue()).toBe("New");
      expect(writes.at(-1)).toBe('POST /admin-registry/clients {"name":"New"}');
    });
  });

  it("a finding leads to its field, a wrong id is not sent, one of another client is named there, and what is fixed disappears", async () => {
    const isTaken = { current: true };
    const { shown, writes } = asked((request, path) => {
      if (request.method === "POST" && path === `${API}/dashboard-surface`) {
        const surface = { surfaceId: "s", state: "active" } as const;
        return json(unit({ version: 6, surface, readiness: { status: "ready", label: "Ready", findings: [] } }));
      }
      if (path !== `${API}/sources/ga4_property`) return null;
      if (isTaken.current) return conflict("source_belongs_elsewhere", { detail: "This id belongs to Plunkett." });
      const readiness = { status: "dashboard_needed", label: "Dashboard needed", findings: [] } as const;
      shown.current = unit({ version: 5, readiness: { ...readiness, findings: [] } });
      const warnings = [{ code: "shared", detail: "Lakeside Trade uses it too." }];
      return json({ ...shown.current, warnings });
    });
    await visit(AT, silent, async (page) => {
      await page.getByRole("link", { name: /no GA4/ }).click();
      await page.waitForFunction(() => document.activeElement?.id === "field-sources-ga4-property");
      await page.keyboard.type("abc");
      await page.keyboard.press("Enter");
      await page.getByText("A property id is a number.").waitFor();
      expect(writes).toEqual([]);
      await page.locator("#field-sources-ga4-property").fill("properties/35");
      await page.getByText("Is kept as").waitFor();
      await page.keyboard.press("Enter");
      await page.getByText("This id belongs to Plunkett.").waitFor();
      expect(await page.locator("#field-sources-ga4-property").inputValue()).toBe("properties/35");
      isTaken.current = false;
      await page.keyboard.press("Enter");
      await page.getByText("Lakeside Trade uses it too.").waitFor();
      expect(await page.getByText("There is no GA4 property.").count()).toBe(0);
      expect(writes.at(-1)).toBe(
        `PUT ${API}/sources/ga4_property {"externalId":"properties/35","label":null,"version":4}`,
      );
      await page.getByRole("button", { name: "Create dashboard" }).click();
      await page.getByRole("link", { name: "Open the dashboard" }).waitFor();
    });
  });

  it("an address leads to a field that has to be loaded first", async () => {
    asked();
    await visit(`${AT}/users?field=users.user_ann`, silent, async (page) => {
      await page.waitForFunction(() => document.activeElement?.id === "field-users-user-ann");
      expect(await focused(page)).toBe("field-users-user-ann");
    });
  });
});

describe("a change somebody else overtook", () => {
  it("shows both, takes what is chosen piece by piece, and sends it on the version it was chosen from", async () => {
    const target = (metric: string, value: number) => ({ metric, grain: "month", value });
    const field = "settings.targets.2026-10-01";
    const yours = [target("gsc.clicks", 2000)];
    const current = [target("gsc.clicks", 1500), target("gsc.impressions", 9)];
    const difference = [{ field, yours, current, base: [target("gsc.clicks", 1200)] }];
    const { writes } = asked(async (request, path) => {
      if (path !== `${API}/settings/targets`) return null;
      const { version } = JSON.parse(await request.text());
      return version === 4 ? conflict("stale_write", { difference, version: 8 }) : json(unit({ version: 9 }));
    });
    await visit(`${AT}/settings`, silent, async (page) => {
      await page.getByRole("button", { name: /^Change what holds from/ }).click();
      await page.getByLabel("Target a month").fill("2,000");
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("group", { name: /gsc\.impressions.*Only they changed this/ }).waitFor();
      expect(await dialog.getByRole("button", { name: "Save this" }).isDisabled()).toBe(true);
      // Back to the form and here again: nothing is lost.
      await page.keyboard.press("Escape");
      expect(await page.getByLabel("Target a month").inputValue()).toBe("2,000");
      await page.getByLabel("Target a month").press("Enter");
      await dialog.getByRole("group", { name: "Targets from 1 Oct 2026: gsc.clicks" }).getByLabel("Yours").check();
      await dialog.getByRole("button", { name: "Save this" }).click();
      await dialog.waitFor({ state: "detached" });
      const value = [{ metric: "gsc.clicks", grain: "month", value: 2000 }, target("gsc.impressions", 9)];
      expect(writes.at(-1)).toBe(
        `PUT ${API}/settings/targets ${JSON.stringify({ effectiveFrom: "2026-10-01", value, version: 8 })}`,
      );
    });
  });

  it("is restored only knowingly", async () => {
    const difference = [{ field: "name", yours: "Lakeside", current: "Lakeside Ltd", base: "Lakeside Shop" }];
    const { writes } = asked(async (request, path) => {
      if (!path.endsWith("/restore")) return null;
      const { version } = JSON.parse(await request.text());
      return version === 4 ? conflict("stale_write", { difference, version: 5 }) : json(unit({ version: 6 }));
    });
    await visit(`${AT}/history`, silent, async (page) => {
      await page.getByText(renamed.reason).waitFor();
      await page.getByRole("button", { name: /^Restore/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
      await page.getByText("Name is now: Lakeside Ltd").waitFor();
      await page.getByRole("button", { name: "Restore nevertheless" }).click();
      await page.getByText("Restored. The restoring stands in the history too.").waitFor();
      expect(writes.map((write) => write.split(" ").at(-1))).toEqual([
        '{"version":4,"reason":""}',
        '{"version":5,"reason":""}',
      ]);
    });
  });
});

describe("a page with something unsaved", () => {
  it("asks before it is left by a link or by going back, and keeps what was typed", async () => {
    asked();
    await visit(`${AT}/context`, silent, async (page) => {
      await page.getByRole("link", { name: "Settings" }).click();
      const name = page.locator("#field-name");
      await name.fill("Other");
      await page.getByRole("link", { name: "History" }).click();
      const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
      await dialog.getByText("Name, time zone and currency").waitFor();
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await page.goBack();
      await dialog.waitFor();
      expect([new URL(page.url()).pathname, await name.inputValue()]).toEqual([`${AT}/settings`, "Other"]);
      await dialog.getByRole("button", { name: "Leave without saving" }).click();
      await page.getByLabel("Folder id").waitFor();
      await page.getByRole("link", { name: "Settings" }).click();
      expect(await name.inputValue()).toBe("Lakeside Shop");
    });
  });
});

describe("staff", () => {
  it("are changed by name, and the last admin is told why they stay", async () => {
    const { writes } = asked((_request, path) => {
      if (path !== "/admin-registry/users/user_ann") return null;
      // Archived, not changed.
      if (writes.at(-1)?.includes('"archived":true'))
        return conflict("last_admin", { detail: "Ann is the last admin." });
      return json({ ...ann, role: "approver", version: 2 });
    });
    await visit("/admin/users?user=user_ann", silent, async (page) => {
      const dialog = page.getByRole("dialog", { name: "Ann" });
      await dialog.getByLabel("Role on every Business Unit").selectOption("approver");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("cell", { name: "Approver" }).waitFor();
      expect(writes).toEqual([
        `PATCH /admin-registry/users/user_ann ${JSON.stringify({ name: "Ann", email: ann.email, asanaUserGid: ann.asanaUserGid, role: "approver", version: 1 })}`,
      ]);
      await page.getByRole("link", { name: "Ann" }).click();
      await dialog.getByRole("button", { name: "Archive…" }).click();
      await dialog.getByRole("button", { name: "Archive Ann" }).click();
      await dialog.getByText("Ann is the last admin.").waitFor();
    });
  });
});

describe("what was done to a client or to staff", () => {
  it("is undone from its history, and whoever was archived is found in the archive and comes back", async () => {
    const leave = { ...renamed, editId: "edit_7", field: "archivedAt", before: null, after: ann.createdAt };
    const page = (...items: readonly unknown[]) => json({ items, nextCursor: null });
    const isBack = { current: false };
    const gone = { ...ann, userId: "user_gil", name: "Gil", version: 3, archivedAt: ann.createdAt };
    const { writes } = asked((request, path) => {
      if (path === "/admin-registry/clients/cl_lakeside/edit-history") return page({ ...renamed, editId: "edit_5" });
      if (path.endsWith("/edit-history")) return page(leave);
      if (path.includes("/edit-history/edit_5/restore")) return json({ ...lakeside, version: 2 });
      if (path.includes("/edit-history/edit_7/restore")) {
        isBack.current = true;
        return json({ ...gone, archivedAt: null, version: 4 });
      }
      if (path !== "/admin-registry/users" || !request.url.includes("archived=true")) return null;
      return isBack.current ? page() : page(gone);
    });
    await visit("/admin/clients/cl_lakeside", silent, async (page) => {
      await page.getByText(renamed.reason).waitFor();
      await page.getByRole("button", { name: /^Restore/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
      await page.getByText("Restored. The restoring stands in the history too.").waitFor();
      await page.locator(".crumbs a").click();
      await page.getByRole("link", { name: "Users", exact: true }).click();
      await page.getByText("Archive", { exact: true }).click();
      await page.getByRole("button", { name: "Gil" }).click();
      const dialog = page.getByRole("dialog", { name: "Gil" });
      // Nothing of somebody archived can be changed; the way back is there.
      await dialog.getByText("In the archive since").waitFor();
      expect(await dialog.getByLabel("Name").count()).toBe(0);
      await dialog.getByText("History", { exact: true }).click();
      await dialog.getByRole("button", { name: /^Restore/ }).click();
      await page
        .getByRole("dialog", { name: /^Restore what/ })
        .getByRole("button", { name: "Restore" })
        .click();
      await dialog.getByLabel("Name").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "Gil" }).waitFor();
      expect(writes).toEqual([
        'POST /admin-registry/clients/cl_lakeside/edit-history/edit_5/restore {"version":1,"reason":""}',
        'POST /admin-registry/users/user_gil/edit-history/edit_7/restore {"version":3,"reason":""}',
      ]);
    });
  });
});

describe("a Business Unit in the archive", () => {
  it("is not changed, but for an id that another client needs", async () => {
    const { writes } = asked(
      (request, path) => (request.method === "DELETE" && path.startsWith(API) ? json(unit({ version: 5 })) : null),
      unit({ archivedAt: ann.createdAt }),
    );
    await visit(`${AT}/sources`, silent, async (page) => {
      await page.getByText("In the archive: it can be looked at").waitFor();
      expect(await page.getByRole("button", { name: /^(Change|Set) / }).count()).toBe(0);
      await page.getByRole("button", { name: "Remove Search Console" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await page.getByText("Search Console is removed.").waitFor();
      expect(writes).toEqual([`DELETE ${API}/sources/search_console_site {"version":4,"reason":""}`]);
    });
  });
});

describe("somebody who may only look", () => {
  it("is offered nothing that would be refused", async () => {
    answer.me = { ...EVERYTHING, anywhere: ["units.read", "users.read", "data.read"], ops: false };
    asked(undefined, unit({ readiness: { status: "dashboard_needed", label: "Dashboard needed", findings: [] } }));
    await visit(`${AT}/settings`, silent, async (page) => {
      await page.getByText("gsc.clicks 1,200").waitFor();
      const main = page.locator(".admin-main");
      expect(await main.getByRole("button").allInnerTexts()).toEqual([]);
      expect(await page.locator("#field-name").isDisabled()).toBe(true);
    });
  });
});

describe("the administration, for everybody", () => {
  it.each([
    ["sources, one of them in its form", `${AT}/sources?field=sources.ga4_property`, ".asset-form", themeFaults],
    // Hundreds of time zones and currencies make a look take long, and its colours are those of the other form.
    ["settings, with a list in its form", `${AT}/settings`, ".rows-line", axeFaults],
  ] as const)("%s: no accessibility fault, and fits 360 px", async (_name, path, shown, faults) => {
    asked();
    await visit(path, silent, async (page) => {
      if (shown === ".rows-line") await page.getByRole("button", { name: /^Change what holds/ }).click();
      await page.locator(shown).first().waitFor();
      await page.emulateMedia({ reducedMotion: "reduce" });
      expect(await faults(page)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.waitForFunction(() => document.documentElement.scrollWidth === document.documentElement.clientWidth);
    });
  });
});
