import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ReadinessRecords, readinessOf } from "../../../src/core/readiness/readiness.ts";

const MAYA = { name: "Maya", role: "approver", asanaUserGid: "11" };

/** A Business Unit that lacks nothing. */
const WHOLE: ReadinessRecords = {
  archived: false,
  sources: [
    { kind: "search_console_site", tested: null },
    { kind: "ga4_property", tested: { ok: true, detail: "" } },
    { kind: "website", tested: null },
  ],
  hasContext: true,
  users: [MAYA],
  surfaceActive: true,
  missingSecrets: {},
  missingIdentity: [],
  connectors: ["search_console_site", "ga4_property"],
};

const without = (change: Partial<ReadinessRecords>) => readinessOf({ ...WHOLE, ...change });

it("one that lacks nothing is ready, and needs a dashboard before there is one", () => {
  expect(readinessOf(WHOLE)).toEqual({ status: "ready", label: "Ready", findings: [] });
  expect(without({ surfaceActive: false })).toEqual({
    status: "dashboard_needed",
    label: "Dashboard needed",
    findings: [],
  });
});

describe("each lack is a finding that says what, why, who and where", () => {
  it.each<[string, Partial<ReadinessRecords>, string, string, string]>([
    [
      "no GA4",
      { sources: [{ kind: "search_console_site", tested: null }] },
      "source_missing",
      "blocks",
      "sources.ga4_property",
    ],
    ["no context", { hasContext: false }, "context_missing", "blocks", "context"],
    ["nobody", { users: [] }, "staff_missing", "blocks", "users"],
    ["viewers alone", { users: [{ ...MAYA, role: "viewer" }] }, "staff_missing", "blocks", "users"],
    ["nobody known to Asana", { users: [{ ...MAYA, asanaUserGid: null }] }, "staff_unmapped", "blocks", "users"],
    ["no approver", { users: [{ ...MAYA, role: "consultant" }] }, "approver_missing", "warns", "users"],
    ["no identity", { missingIdentity: ["JESSIE_USER_GID"] }, "identity_missing", "blocks", "agency"],
    [
      "a secret of a needed source",
      { missingSecrets: { ga4_property: ["S"] } },
      "credential_missing",
      "blocks",
      "sources.ga4_property",
    ],
    [
      "a secret of another source",
      {
        sources: [...WHOLE.sources, { kind: "meta_ad_account", tested: null }],
        connectors: [...WHOLE.connectors, "meta_ad_account"],
        missingSecrets: { meta_ad_account: ["S"] },
      },
      "credential_missing",
      "warns",
      "sources.meta_ad_account",
    ],
    [
      "a source whose test failed",
      {
        sources: [
          { kind: "search_console_site", tested: { ok: false, detail: "No access." } },
          { kind: "ga4_property", tested: null },
        ],
      },
      "source_unreachable",
      "blocks",
      "sources.search_console_site",
    ],
    [
      "a source nothing reads",
      { sources: [...WHOLE.sources, { kind: "harvest_client", tested: null }] },
      "no_live_connector",
      "warns",
      "sources.harvest_client",
    ],
  ])("%s", (_, change, code, severity, field) => {
    const { findings, status } = without(change);
    expect(findings).toMatchObject([{ code, severity, field }]);
    for (const text of [findings[0]?.what, findings[0]?.why, findings[0]?.who]) expect(text).toMatch(/^\S.+\S$/);
    expect(status).toBe(severity === "blocks" ? "setup_needed" : "ready");
  });
});

it("a secret that no source here needs is no finding", () => {
  expect(without({ missingSecrets: { meta_ad_account: ["S"] } }).findings).toEqual([]);
});

it("an archived one is never ready", () => {
  expect(without({ archived: true }).status).toBe("setup_needed");
});

it("what blocks comes first, and is what keeps it from being ready, whatever else there is", () => {
  const change = fc.record(
    {
      hasContext: fc.boolean(),
      users: fc.subarray([MAYA, { ...MAYA, role: "viewer" }, { ...MAYA, asanaUserGid: null }]),
      sources: fc.subarray([...WHOLE.sources]),
      missingIdentity: fc.subarray(["A", "B"]),
      surfaceActive: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(change, (some) => {
      const { findings, status } = readinessOf({ ...WHOLE, ...some });
      const severities = findings.map(({ severity }) => severity);
      expect(severities).toEqual(severities.toSorted());
      expect(status === "setup_needed").toBe(severities.includes("blocks"));
    }),
  );
});
