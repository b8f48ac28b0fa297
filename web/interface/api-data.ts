/** The panel's calls about a client's data: where a figure comes from, refreshes, and who read what. */
import * as v from "valibot";
import { pageOf } from "../../src/core/wire.ts";
import { type ReportListItem, ReportListItemSchema } from "../../src/core/wire-artifact.ts";
import {
  AccessSchema,
  type AccessView,
  LineageSchema,
  type LineageView,
  MetricSchema,
  type MetricView,
  RestatementSchema,
  type RestatementView,
} from "../../src/core/wire-data.ts";
import {
  BusinessUnitSchema,
  type BusinessUnitView,
  IngestionRunSchema,
  type IngestionRunView,
} from "../../src/core/wire-registry.ts";
import type { Api, Page, Reply } from "./api.ts";

function unitPath(businessUnitId: string): string {
  return `/api/admin-registry/business-units/${encodeURIComponent(businessUnitId)}`;
}

function listPath(path: string, query: Readonly<Record<string, string>>, cursor: string | null): string {
  const text = new URLSearchParams(cursor === null ? query : { ...query, cursor }).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** One Business Unit as it is set up. */
export function businessUnit(api: Api, businessUnitId: string): Promise<Reply<BusinessUnitView>> {
  return api.get(unitPath(businessUnitId), BusinessUnitSchema);
}

/** The catalogue: what each metric is called and counted in. */
export async function metrics(api: Api): Promise<Reply<readonly MetricView[]>> {
  const reply = await api.get("/api/client-data-plane/metrics", v.object({ items: v.array(MetricSchema) }));
  return reply.ok ? { ok: true, value: reply.value.items } : reply;
}

/** Where a fact comes from, down to the bytes. */
export function lineage(api: Api, factId: string): Promise<Reply<LineageView>> {
  return api.get(`/api/client-data-plane/facts/${encodeURIComponent(factId)}/lineage`, LineageSchema);
}

const Begun = v.object({ refresh: IngestionRunSchema });

/** Begins a refresh. Refused with `refresh_in_progress` while one is at work. */
export async function beginRefresh(api: Api, businessUnitId: string, reason: string): Promise<Reply<IngestionRunView>> {
  const reply = await api.send(`${unitPath(businessUnitId)}/refresh-data`, "POST", { reason }, Begun);
  return reply.ok ? { ok: true, value: reply.value.refresh } : reply;
}

/** Stops the refresh at work; what it published stays. */
export function cancelRefresh(api: Api, businessUnitId: string, reason: string): Promise<Reply<IngestionRunView>> {
  return api.send(`${unitPath(businessUnitId)}/refresh-data/cancel`, "POST", { reason }, IngestionRunSchema);
}

/** Refreshes of a Business Unit, newest first, one page. */
export function refreshes(
  api: Api,
  businessUnitId: string,
  cursor: string | null,
): Promise<Reply<Page<IngestionRunView>>> {
  return api.get(listPath(`${unitPath(businessUnitId)}/ingestion-runs`, {}, cursor), pageOf(IngestionRunSchema));
}

/** Path of a Business Unit's socket, resuming after `since` when given. */
export function unitLivePath(businessUnitId: string, since: number | null): string {
  const path = `/api/business-units/${encodeURIComponent(businessUnitId)}/live`;
  return since === null ? path : `${path}?since=${since}`;
}

/** Reports made for a Business Unit, newest first, one page. */
export function unitReports(
  api: Api,
  businessUnitId: string,
  cursor: string | null,
): Promise<Reply<Page<ReportListItem>>> {
  return api.get(listPath("/api/report-artifacts", { businessUnitId }, cursor), pageOf(ReportListItemSchema));
}

/** Final values of a Business Unit that changed nevertheless, newest first, one page. */
export function restatements(
  api: Api,
  businessUnitId: string,
  cursor: string | null,
): Promise<Reply<Page<RestatementView>>> {
  return api.get(
    listPath("/api/client-data-plane/restatements", { businessUnitId }, cursor),
    pageOf(RestatementSchema),
  );
}

/** Reads of a Business Unit's facts, newest first, one page. */
export function accesses(api: Api, businessUnitId: string, cursor: string | null): Promise<Reply<Page<AccessView>>> {
  return api.get(listPath("/api/client-data-plane/access-logs", { businessUnitId }, cursor), pageOf(AccessSchema));
}
