/** Who may pass the edge, decided before anything is served or proxied. */
import { isInRanges, parseRanges } from "./office.ts";
import type { Refusal } from "./refusal.ts";
import { type EdgeEnv, isLocal } from "./settings.ts";

const READS = new Set(["GET", "HEAD"]);
const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|[a-z0-9-]+\.localhost|\[::1\])$/i;

/** True for a request that asks to become a WebSocket. */
export function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * A page of another site can make a browser send writes and open sockets with the user's network position.
 * Browsers always name the origin on both; a request without one does not come from a page.
 */
function isForeign(request: Request, host: string): boolean {
  const origin = request.headers.get("origin");
  if (origin === null) return request.headers.get("sec-fetch-site") === "cross-site";
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/**
 * Locally there is no identity check, so a name under foreign control that resolves to 127.0.0.1 (DNS rebinding)
 * would make a foreign page same-origin with the panel. Only loopback names are answered.
 */
function localRefusal(url: URL): Refusal | null {
  if (LOOPBACK.test(url.hostname)) return null;
  return {
    status: 421,
    code: "not_a_loopback_host",
    title: "Open the panel by its loopback address",
    detail: "The local panel answers on 127.0.0.1 and localhost only.",
  };
}

function officeRefusal(request: Request, env: EdgeEnv): Refusal | null {
  const { ranges } = parseRanges(env.OFFICE_IP_RANGES ?? "");
  if (ranges.length === 0) {
    return {
      status: 403,
      code: "office_ip_ranges_missing",
      title: "No office network is set",
      detail:
        "OFFICE_IP_RANGES is empty, so nobody is let in. Whoever runs Agency OS sets it to the office's CIDR ranges.",
    };
  }
  if (isInRanges(request.headers.get("cf-connecting-ip") ?? "", ranges)) return null;
  return {
    status: 403,
    code: "not_in_the_office",
    title: "Open this from the office network",
    detail: "This address is outside the office network. Connect to the office network or its VPN and try again.",
  };
}

/** Decides whether the request may go on; null means yes. */
export function refusalOf(request: Request, url: URL, env: EdgeEnv): Refusal | null {
  const local = isLocal(env);
  const outside = local ? localRefusal(url) : officeRefusal(request, env);
  if (outside !== null) return outside;
  const write = WRITES.has(request.method);
  if (!write && !READS.has(request.method)) {
    return {
      status: 405,
      code: "method_not_allowed",
      title: "Method not allowed",
      detail: "Use GET, HEAD, POST, PUT, PATCH or DELETE.",
    };
  }
  if ((write || isUpgrade(request)) && isForeign(request, url.host)) {
    return {
      status: 403,
      code: "cross_origin",
      title: "Requests from other sites are refused",
      detail: "Writes and live connections are accepted from the panel's own pages only.",
    };
  }
  if (write && !local) {
    return {
      status: 403,
      code: "staff_identity_required",
      title: "Nobody is signed in",
      detail:
        "Changes need a verified staff identity, which this environment does not provide yet. Nothing was changed.",
    };
  }
  return null;
}
