/** The demo client: its client and Business Unit if they are missing, and fourteen months of invented facts. */
import { demoFacts } from "../core/facts/demo.ts";
import { dayIn } from "../core/facts/zones.ts";
import { addClient, findClient } from "../d1/clients.ts";
import { writeFixtures } from "../d1/fixtures.ts";
import { staffOf } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import { changesBetween, recordEdit } from "./record-edits.ts";
import { refused } from "./unit-view.ts";

const CLIENT = { clientId: "cl_plunkett", name: "Plunkett", slug: "plunkett" } as const;
const UNIT = { businessUnitId: "bu_plunkett", name: "Plunkett", timeZone: "Europe/Dublin", currency: "EUR" } as const;
const REASON = "Demo client";

/** Seeds the demo client. Repeated, it replaces its own facts and touches nothing real. */
export async function seedFixturesRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  if (!deps.fixturesAllowed)
    return problem(403, "fixtures_refused", "Production holds no invented facts. Seed them in another environment.");
  const unit = deps.unit(UNIT.businessUnitId);
  let record = await unit.record();
  if (record === null) {
    await clientRow(request, deps);
    const fields = Object.entries(UNIT).flatMap(([field, value]) =>
      field === "businessUnitId" ? [] : [{ field, value }],
    );
    const { businessUnitId } = UNIT;
    const { clientId, slug } = CLIENT;
    const made = await unit.create({ businessUnitId, clientId, slug, fields, by: staffOf(request), reason: REASON });
    // Two seeds at once: the other one made it.
    if (!made.ok && made.refusal.code !== "unit_exists") return refused(made.refusal);
    record = made.ok ? made.value.unit : await unit.record();
  }
  const { timeZone, currency } = record ?? UNIT;
  const now = deps.now();
  const setting = { today: dayIn(timeZone, now.getTime()), timeZone, currency };
  const facts = await writeFixtures(deps.database, UNIT.businessUnitId, now.toISOString(), demoFacts(setting));
  return json({ businessUnitId: UNIT.businessUnitId, facts });
}

async function clientRow(request: RouteRequest, deps: HttpDeps): Promise<void> {
  if ((await findClient(deps.index, CLIENT.clientId)) !== null) return;
  const client = { ...CLIENT, version: 1, archivedAt: null, createdAt: deps.now().toISOString() };
  const record = { scope: "client", scopeId: client.clientId, version: 1 } as const;
  const edit = recordEdit(
    request,
    deps,
    record,
    { reason: REASON, restores: null },
    changesBetween(["name", "archivedAt"], null, client),
  );
  try {
    await addClient(deps.database, deps.index, client, edit);
  } catch (thrown) {
    if ((await findClient(deps.index, CLIENT.clientId)) === null) throw thrown;
  }
}
