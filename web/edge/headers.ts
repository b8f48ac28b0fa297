/** Response headers that keep a page from running or embedding anything that is not ours. */

const COMMON: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"],
];

/** A report file whose answer came without a policy still gets no script, no form and no network. */
const FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
/** JSON is never a document: should a browser show it as one, it may do nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Headers of our own pages. `host` is named for the live socket because some browsers do not count `ws:` under 'self';
 * null for a page without one.
 */
export function pagePolicy(host: string | null): readonly (readonly [string, string])[] {
  const connect = host === null ? "'none'" : `'self' ws://${host} wss://${host}`;
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return [...COMMON, ["cross-origin-opener-policy", "same-origin"], ["content-security-policy", policy]];
}

/** Adds to an answer of the control plane what every answer must carry; a policy it set itself is kept. */
export function guardProxied(path: string, headers: Headers): void {
  for (const [name, value] of COMMON) headers.set(name, value);
  const isFile = /^\/report-artifacts\/[^/]+\/files\//.test(path);
  if (!isFile || !headers.has("content-security-policy")) {
    headers.set("content-security-policy", isFile ? FILE_POLICY : DATA_POLICY);
  }
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
}
