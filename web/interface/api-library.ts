/** The calls of the Report Library. */
import * as v from "valibot";
import { pageOf } from "../../src/core/wire.ts";
import { type EvidenceFile, EvidenceFileSchema } from "../../src/core/wire-evidence.ts";
import {
  type AppraiseBody,
  type Report,
  type ReportDetail,
  ReportDetailSchema,
  ReportSchema,
  type SavedView,
  SavedViewSchema,
} from "../../src/core/wire-reports.ts";
import { type Api, filePath, type Page, type Reply } from "./api.ts";

const RemovedSchema = v.object({ viewId: v.string() });

function reportPath(artifactId: string): string {
  return `/api/report-artifacts/${encodeURIComponent(artifactId)}`;
}

/** Reports that fit the parameters of `GET /report-artifacts`, newest first, one page. */
export function reports(
  api: Api,
  parameters: Readonly<Record<string, string>>,
  cursor: string | null,
): Promise<Reply<Page<Report>>> {
  const text = new URLSearchParams(cursor === null ? parameters : { ...parameters, cursor }).toString();
  return api.get(`/api/report-artifacts${text === "" ? "" : `?${text}`}`, pageOf(ReportSchema));
}

/** One report with all that belongs to it. */
export function report(api: Api, artifactId: string): Promise<Reply<ReportDetail>> {
  return api.get(reportPath(artifactId), ReportDetailSchema);
}

/** Dismisses it, marks it, or takes that back. Refused with `stale_write` when somebody was faster. */
export function appraise(api: Api, artifactId: string, body: AppraiseBody): Promise<Reply<Report>> {
  return api.send(reportPath(artifactId), "PATCH", body, ReportSchema);
}

/** What a report's figures rest on. */
export function evidence(api: Api, artifactId: string, fileId: string): Promise<Reply<EvidenceFile>> {
  return api.get(filePath(artifactId, fileId), EvidenceFileSchema);
}

/** The reader's own views of the register. */
export function savedViews(api: Api): Promise<Reply<Page<SavedView>>> {
  return api.get("/api/me/saved-views", pageOf(SavedViewSchema));
}

/** Saves a view; one of the same name takes the new query. */
export function saveView(api: Api, name: string, query: string): Promise<Reply<SavedView>> {
  return api.send("/api/me/saved-views", "POST", { name, query }, SavedViewSchema);
}

/** Forgets a view. */
export async function removeView(api: Api, viewId: string): Promise<Reply<null>> {
  const path = `/api/me/saved-views/${encodeURIComponent(viewId)}`;
  const reply = await api.send(path, "DELETE", {}, RemovedSchema);
  return reply.ok ? { ok: true, value: null } : reply;
}
