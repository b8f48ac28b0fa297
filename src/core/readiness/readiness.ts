/**
 * What a Business Unit still lacks, computed from its records as they are now. Never stored: whatever fixes a finding
 * clears it with the next read.
 */
import type { AssetKind } from "../business-unit/types.ts";
import type { Finding, Readiness } from "../wire-registry.ts";

/** A member of staff with a role on the Business Unit. */
export interface ReadinessUser {
  readonly name: string;
  readonly role: string;
  readonly asanaUserGid: string | null;
}

/** The records readiness is computed from. */
export interface ReadinessRecords {
  readonly archived: boolean;
  readonly sources: readonly {
    readonly kind: AssetKind;
    readonly tested: { readonly ok: boolean; readonly detail: string } | null;
  }[];
  readonly hasContext: boolean;
  /** Staff by a role on this Business Unit, and by one on the agency; nobody who is archived. */
  readonly users: readonly ReadinessUser[];
  readonly surfaceActive: boolean;
  /** Names of the secrets each kind of source lacks. */
  readonly missingSecrets: Readonly<Partial<Record<AssetKind, readonly string[]>>>;
  /** Names of the settings and secrets without which Jessie cannot act. */
  readonly missingIdentity: readonly string[];
  /** Kinds of sources a refresh can read. A dashboard shows stored facts alone, so any other shows nothing. */
  readonly connectors: readonly AssetKind[];
}

/** Without these no report and no dashboard can be made. */
const REQUIRED: readonly AssetKind[] = ["search_console_site", "ga4_property"];

/** What people call a source. */
export const ASSET_NAMES: Readonly<Record<AssetKind, string>> = {
  search_console_site: "Search Console property",
  ga4_property: "GA4 property",
  accuranker_domain: "AccuRanker domain",
  google_ads_customer: "Google Ads customer",
  meta_ad_account: "Meta ad account",
  hubspot_account: "HubSpot account",
  harvest_client: "Harvest client",
  asana_project: "Asana project of the client",
  website: "website",
};

const ADMIN = "An admin";
const OPERATOR = "An operator of the system";
const STEERING: ReadonlySet<string> = new Set(["consultant", "approver", "admin"]);
const ANSWERING: ReadonlySet<string> = new Set(["approver", "admin"]);

function sourceFindings({ sources, missingSecrets, connectors }: ReadinessRecords): readonly Finding[] {
  const kinds = sources.map(({ kind }) => kind);
  const absent = REQUIRED.filter((kind) => !kinds.includes(kind)).map(
    (kind): Finding => ({
      code: "source_missing",
      severity: "blocks",
      what: `There is no ${ASSET_NAMES[kind]}.`,
      why: "Reports and the dashboard read it.",
      who: ADMIN,
      field: `sources.${kind}`,
    }),
  );
  const locked = kinds.flatMap((kind): readonly Finding[] => {
    const names = missingSecrets[kind] ?? [];
    if (names.length === 0) return [];
    return [
      {
        code: "credential_missing",
        severity: REQUIRED.includes(kind) ? "blocks" : "warns",
        what: `The secret ${names.join(", ")} is not set.`,
        why: `The ${ASSET_NAMES[kind]} cannot be read without it.`,
        who: OPERATOR,
        field: `sources.${kind}`,
      },
    ];
  });
  const failing = sources.flatMap(({ kind, tested }): readonly Finding[] => {
    if (tested === null || tested.ok) return [];
    return [
      {
        code: "source_unreachable",
        severity: REQUIRED.includes(kind) ? "blocks" : "warns",
        what: `The last test of the ${ASSET_NAMES[kind]} failed: ${tested.detail}`,
        why: "A refresh would fail the same way.",
        who: ADMIN,
        field: `sources.${kind}`,
      },
    ];
  });
  const idle = kinds
    .filter((kind) => kind !== "website" && !connectors.includes(kind))
    .map(
      (kind): Finding => ({
        code: "no_live_connector",
        severity: "warns",
        what: `Nothing reads the ${ASSET_NAMES[kind]} yet.`,
        why: "Dashboards show stored facts alone and never ask a source while somebody looks, so it shows nothing.",
        who: OPERATOR,
        field: `sources.${kind}`,
      }),
    );
  return [...absent, ...locked, ...failing, ...idle];
}

function peopleFindings({ users }: ReadinessRecords): readonly Finding[] {
  const steering = users.filter(({ role }) => STEERING.has(role));
  const findings: Finding[] = [];
  if (steering.length === 0)
    findings.push({
      code: "staff_missing",
      severity: "blocks",
      what: "Nobody has the role of a consultant, approver or admin here.",
      why: "Jessie takes instructions from them alone.",
      who: ADMIN,
      field: "users",
    });
  else if (steering.every(({ asanaUserGid }) => asanaUserGid === null))
    findings.push({
      code: "staff_unmapped",
      severity: "blocks",
      what: `${steering.map(({ name }) => name).join(", ")} ${steering.length === 1 ? "is" : "are"} not mapped to an Asana user.`,
      why: "Jessie recognises staff by their Asana user.",
      who: ADMIN,
      field: "users",
    });
  if (steering.length > 0 && !users.some(({ role }) => ANSWERING.has(role)))
    findings.push({
      code: "approver_missing",
      severity: "warns",
      what: "Nobody may approve.",
      why: "Somebody has to decide when a report goes round more often than the rules allow.",
      who: ADMIN,
      field: "users",
    });
  return findings;
}

function otherFindings({ hasContext, missingIdentity }: ReadinessRecords): readonly Finding[] {
  const context: Finding = {
    code: "context_missing",
    severity: "blocks",
    what: "There is no client context folder.",
    why: "Jessie reads the client's goals and tone there.",
    who: ADMIN,
    field: "context",
  };
  const identity: Finding = {
    code: "identity_missing",
    severity: "blocks",
    what: `${missingIdentity.join(", ")} ${missingIdentity.length === 1 ? "is" : "are"} not set.`,
    why: "Jessie needs an Asana user and its token to take and answer tasks.",
    who: OPERATOR,
    field: "agency",
  };
  return [...(hasContext ? [] : [context]), ...(missingIdentity.length === 0 ? [] : [identity])];
}

/** Findings, those that block first, and the status that follows from them. */
export function readinessOf(records: ReadinessRecords): Readiness {
  const found = [...sourceFindings(records), ...otherFindings(records), ...peopleFindings(records)];
  const findings = [
    ...found.filter(({ severity }) => severity === "blocks"),
    ...found.filter(({ severity }) => severity === "warns"),
  ];
  if (findings.some(({ severity }) => severity === "blocks") || records.archived)
    return { status: "setup_needed", label: "Setup needed", findings };
  return records.surfaceActive
    ? { status: "ready", label: "Ready", findings }
    : { status: "dashboard_needed", label: "Dashboard needed", findings };
}
