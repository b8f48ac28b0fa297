/** Fixed identities of the demo agency, shared by the simulators, the start script and the tests. */

export const WORKSPACE = { gid: "1200000000000001", name: "Northlight Agency" } as const;

export const USERS = {
  jessie: { gid: "1200000000000010", name: "Jessie", email: "jessie@northlight.example" },
  maya: { gid: "1200000000000011", name: "Maya Lindqvist", email: "maya@northlight.example" },
  tom: { gid: "1200000000000012", name: "Tom Achebe", email: "tom@northlight.example" },
  /** A guest of the workspace: no member of staff, so Jessie does not act on what he says. */
  rob: { gid: "1200000000000013", name: "Rob Nakamura", email: "rob@elsewhere.example" },
} as const;

export const PROJECTS = {
  intake: { gid: "1200000000000100", name: "Jessie Intake" },
  platformBuild: { gid: "1200000000000101", name: "Platform Build" },
  errors: { gid: "1200000000000102", name: "Agency OS Errors" },
} as const;

/** Sections of the intake project. */
export const SECTIONS = {
  requested: { gid: "1200000000000200", name: "Requested" },
  working: { gid: "1200000000000201", name: "Jessie is working" },
  done: { gid: "1200000000000202", name: "Done" },
} as const;

/** Custom fields of the intake project. */
export const CUSTOM_FIELDS = {
  client: {
    gid: "1200000000000300",
    name: "Client",
    options: [
      { gid: "1200000000000301", name: "Strategic Settlements" },
      { gid: "1200000000000302", name: "Plunkett" },
    ],
  },
  skill: { gid: "1200000000000310", name: "Skill", options: [{ gid: "1200000000000311", name: "SEO report" }] },
  period: { gid: "1200000000000320", name: "Period" },
} as const;

/** The field of the clients' projects that shows a task to the client. */
export const CLIENT_VISIBLE = {
  gid: "1200000000000330",
  name: "Client visible",
  options: [
    { gid: "1200000000000331", name: "Yes" },
    { gid: "1200000000000332", name: "No" },
  ],
} as const;

export interface DemoBusinessUnit {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly searchConsoleSite: string;
  readonly ga4PropertyId: string;
  /** null: AccuRanker is not configured for this brand. */
  readonly accurankerDomainId: string | null;
  readonly googleAdsCustomerId: string;
  readonly metaAdAccountId: string;
  /** Portal of the client's own CRM. */
  readonly hubspotPortalId: string;
  /** The client in the agency's own timesheets. */
  readonly harvestClientId: string;
  /** The project its work is planned in. */
  readonly asanaProjectGid: string;
  /** Folder of the client's goals and tone in Box. */
  readonly boxFolderId: string;
  readonly website: string;
  readonly brandTerms: readonly string[];
  readonly pageGroups: readonly { readonly label: string; readonly prefix: string }[];
  readonly timeZone: string;
  readonly currency: string;
}

export const BUSINESS_UNITS: readonly DemoBusinessUnit[] = [
  {
    id: "bu_strategic_settlements",
    clientId: "cl_strategic_settlements",
    name: "Strategic Settlements",
    searchConsoleSite: "sc-domain:strategicsettlements.example",
    ga4PropertyId: "350000001",
    accurankerDomainId: "41001",
    googleAdsCustomerId: "4410010001",
    metaAdAccountId: "act_880000000000001",
    hubspotPortalId: "24100101",
    harvestClientId: "5735001",
    asanaProjectGid: "1200000000000111",
    boxFolderId: "288000000001",
    website: "https://www.strategicsettlements.example/",
    brandTerms: ["strategic settlements", "strategicsettlements"],
    pageGroups: [
      { label: "Home", prefix: "/$" },
      { label: "Guides", prefix: "/guides/" },
      { label: "Services", prefix: "/services/" },
      { label: "Locations", prefix: "/locations/" },
    ],
    timeZone: "America/New_York",
    currency: "USD",
  },
  {
    id: "bu_plunkett",
    clientId: "cl_plunkett",
    name: "Plunkett",
    searchConsoleSite: "https://www.plunkett.example/",
    ga4PropertyId: "350000002",
    accurankerDomainId: null,
    googleAdsCustomerId: "4410010002",
    metaAdAccountId: "act_880000000000002",
    hubspotPortalId: "24100102",
    harvestClientId: "5735002",
    asanaProjectGid: "1200000000000112",
    boxFolderId: "288000000002",
    website: "https://www.plunkett.example/",
    brandTerms: ["plunkett"],
    pageGroups: [
      { label: "Home", prefix: "/$" },
      { label: "Shop", prefix: "/shop/" },
      { label: "Journal", prefix: "/journal/" },
    ],
    timeZone: "Europe/Dublin",
    currency: "EUR",
  },
];

/** The agency's manager account: the clients' accounts are reached through it alone. */
export const GOOGLE_ADS_MANAGER = { id: "9900112233", name: "Northlight Agency" } as const;

/** Private-app tokens of HubSpot: each opens one portal, and the control plane has them all. */
export const HUBSPOT_TOKENS = [
  { portalId: "24100101", token: "pat-na1-sandbox-strategic-settlements" },
  { portalId: "24100102", token: "pat-eu1-sandbox-plunkett" },
] as const;

/** Credentials the sandbox accepts; not secret, they open nothing outside it. */
export const SANDBOX_CREDENTIALS = {
  AGENCY_OS_ASANA_AGENT_PAT: "sandbox-asana-pat-jessie",
  AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID: "sandbox-google-client",
  AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET: "sandbox-google-client-secret",
  AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN: "sandbox-google-refresh-token",
  AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN: "sandbox-google-ads-developer-token",
  AGENCY_OS_META_ACCESS_TOKEN: "sandbox-meta-access-token",
  AGENCY_OS_ACCURANKER_API_TOKEN: "sandbox-accuranker-token",
  AGENCY_OS_HUBSPOT_TOKEN: HUBSPOT_TOKENS.map(({ token }) => token).join(","),
  AGENCY_OS_HARVEST_TOKEN: "sandbox-harvest-token",
  AGENCY_OS_HARVEST_ACCOUNT_ID: "1400101",
  AGENCY_OS_OPENAI_API_KEY: "sandbox-model-key",
  AGENCY_OS_AI_GATEWAY_TOKEN: "sandbox-gateway-token",
} as const;
