/** Names of the secrets that several sources need. */

export const GOOGLE_SECRETS = [
  "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID",
  "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET",
  "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN",
] as const;
