/** What the command palette asks of the control plane. */
import * as v from "valibot";
import { pageOf } from "../../src/core/wire.ts";
import { ReportListItemSchema } from "../../src/core/wire-artifact.ts";
import { DashboardListItemSchema } from "../../src/core/wire-dashboard.ts";
import type { Api } from "./api.ts";
import type { PaletteAction } from "./state/palette.ts";
import type { PaletteGroup } from "./state/palette-search.ts";
import { mayDo } from "./state/session.ts";
import { dayRange } from "./state/time.ts";
import { skillWords, statusWords } from "./state/words.ts";

/** Pages of the list of dashboards that are read: far more Business Units than an agency has. */
const MOST_PAGES = 10;
const MOST_FOUND = 6;

/** Of a Business Unit, what it takes to find and open it. */
const UnitSchema = v.pick(DashboardListItemSchema, [
  "businessUnitId",
  "slug",
  "name",
  "clientName",
  "label",
  "surfaceId",
]);
type Unit = v.InferOutput<typeof UnitSchema>;

async function allUnits(api: Api): Promise<readonly Unit[]> {
  const all: Unit[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query: string = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const reply = await api.get(`/api/client-data-plane/dashboards${query}`, pageOf(UnitSchema));
    if (!reply.ok) break;
    all.push(...reply.value.items);
    cursor = reply.value.nextCursor;
    if (cursor === null) break;
  }
  return all;
}

function entriesOf(unit: Unit): readonly PaletteAction[] {
  const { businessUnitId: id, slug, name, clientName } = unit;
  const named = name === clientName ? name : `${clientName}: ${name}`;
  const settings = {
    id: `unit ${id}`,
    label: `${named} settings`,
    hint: "Administration",
    isSecondary: true,
    href: `/admin/units/${encodeURIComponent(id)}/sources`,
  };
  return [
    {
      id: `dashboard ${id}`,
      label: named,
      hint: unit.surfaceId === null ? unit.label : "Dashboard",
      keywords: "client dashboard",
      href: unit.surfaceId === null ? settings.href : `/dashboards/${encodeURIComponent(slug)}`,
    },
    ...(mayDo("units.write", id) ? [settings] : []),
    {
      id: `runs ${id}`,
      label: `${named} runs`,
      hint: "All runs",
      isSecondary: true,
      href: `/search?q=${encodeURIComponent(`client:"${clientName}"`)}`,
    },
  ];
}

/** Clients and what can be opened of each. A list that cannot be read leaves the palette without them. */
export async function clientGroups(api: Api): Promise<readonly PaletteGroup[]> {
  return [{ title: "Clients", entries: (await allUnits(api)).flatMap(entriesOf) }];
}

/** Runs and reports the server finds for the words. */
export async function foundGroups(api: Api, query: string): Promise<readonly PaletteGroup[]> {
  const [runs, reports] = await Promise.all([
    api.runs({ q: query }),
    api.get(`/api/report-artifacts?q=${encodeURIComponent(query)}`, pageOf(ReportListItemSchema)),
  ]);
  const runEntries = (runs.ok ? runs.value.items : []).slice(0, MOST_FOUND).map(
    (run): PaletteAction => ({
      id: run.runId,
      label: run.title,
      hint: [run.clientName, statusWords(run.status).label].filter((one) => one !== null).join(", "),
      href: `/runs/${encodeURIComponent(run.runId)}`,
    }),
  );
  const reportEntries = (reports.ok ? reports.value.items : []).slice(0, MOST_FOUND).map(
    (one): PaletteAction => ({
      id: one.artifactId,
      label: `${one.clientName}, ${dayRange(one.periodStart, one.periodEnd)}`,
      hint: `${skillWords(one.skill)}, version ${one.version}`,
      href: `/reports/${encodeURIComponent(one.artifactId)}`,
    }),
  );
  return [
    { title: "Runs", entries: runEntries },
    { title: "Reports", entries: reportEntries },
  ];
}
