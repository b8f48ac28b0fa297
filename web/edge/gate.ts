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

/** True for a request that changes something. */
export function isWrite(request: Request): boolean {
  return WRITES.has(request.method);
}

/**
 * A page of another site can make a browser send writes and open sockets with the user's sign-in and network position.
 * Browsers always name the origin on both. A write without one does not come from a page and still needs its pass; a
 * socket without one is no browser's.
 */
function isForeign(request: Request, url: URL): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null) return origin !== url.origin;
  return isUpgrade(request) || !["same-origin", null].includes(request.headers.get("sec-fetch-site"));
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

/** Decides whether the request may go on to be asked who sends it; null means yes. */
export function refusalOf(request: Request, url: URL, env: EdgeEnv): Refusal | null {
  const outside = isLocal(env) ? localRefusal(url) : officeRefusal(request, env);
  if (outside !== null) return outside;
  const write = isWrite(request);
  if (!write && !READS.has(request.method)) {
    return {
      status: 405,
      code: "method_not_allowed",
      title: "Method not allowed",
      detail: "Use GET, HEAD, POST, PUT, PATCH or DELETE.",
    };
  }
  if ((write || isUpgrade(request)) && isForeign(request, url)) {
    return {
      status: 403,
      code: "cross_origin",
      title: "Requests from other sites are refused",
      detail: "Writes and live connections are accepted from the panel's own pages only.",
    };
  }
  return null;
}
