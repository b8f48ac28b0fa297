/** A HubSpot in memory. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import { spanOf } from "../zone-days.ts";
import { type Part, pageOf, type Searched } from "./parts.ts";
import type { CrmPage, CrmRange, HubspotPort } from "./port.ts";
import {
  AccountSchema,
  CONTACTS,
  type CrmSearch,
  dealsBy,
  PAGE_SIZE,
  portalOf,
  type SearchAnswer,
  SearchSchema,
  searchBody,
  toAccount,
  toContact,
  toDeal,
  unknownPortal,
} from "./reply.ts";

/** A record as it lies in the portal: every property as text. */
export interface FakeCrmRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}

export interface FakePortal {
  readonly portalId: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly contacts: readonly FakeCrmRecord[];
  readonly deals: readonly FakeCrmRecord[];
}

export interface FakeHubspot extends HubspotPort {
  readonly faults: FaultScript<keyof HubspotPort>;
}

/** A fake that knows the given portals; to any other no token belongs. */
export function fakeHubspot(
  script: { readonly portals?: readonly FakePortal[]; readonly now?: () => Date } = {},
): FakeHubspot {
  const faults = faultScript<keyof HubspotPort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));

  function find(portalId: string): FakePortal {
    const found = script.portals?.find((portal) => portal.portalId === portalOf(portalId));
    if (found === undefined) throw unknownPortal(portalId);
    return found;
  }

  function rawOf(answer: unknown, method: string, path: string, body: unknown) {
    return { body: JSON.stringify(answer), request: { method, path, body }, fetchedAt: now().toISOString() };
  }

  async function walk<T>(
    portal: FakePortal,
    search: CrmSearch,
    range: CrmRange,
    next: string | null,
    read: (found: SearchAnswer["results"][number]) => T,
  ): Promise<CrmPage<T>> {
    const { timeZone } = portal;
    const span = spanOf(range, timeZone);
    if (span === null) throw new PermanentError("hubspot_bad_request", "HubSpot: the range must be days in order.");
    const records = search.path === CONTACTS.path ? portal.contacts : portal.deals;
    const ask = async (part: Part): Promise<Searched> => {
      const answer = answerOf(records, search, part);
      const raw = rawOf(answer, "POST", search.path, searchBody(search, part));
      return { answer: v.parse(SearchSchema, answer), raw };
    };
    const page = await pageOf(span, next, ask);
    const { total, results } = page.answer;
    return { records: results.map(read), total, next: page.next, capped: page.capped, timeZone, raw: page.raw };
  }

  return {
    faults,
    account: (portalId) =>
      faults.run("account", [portalId], () => {
        const { timeZone, currency } = find(portalId);
        const answer = { portalId: Number(portalId), timeZone, companyCurrency: currency };
        const raw = rawOf(answer, "GET", "/account-info/v3/details", null);
        return toAccount(v.parse(AccountSchema, answer), { limit: 250_000, remaining: 249_000 }, raw);
      }),
    createdContacts: (portalId, range, next = null) =>
      faults.run("createdContacts", [portalId, range, next], () =>
        walk(find(portalId), CONTACTS, range, next, toContact),
      ),
    deals: (portalId, by, range, next = null) =>
      faults.run("deals", [portalId, by, range, next], () => walk(find(portalId), dealsBy(by), range, next, toDeal)),
  };
}

function answerOf(records: readonly FakeCrmRecord[], { by, properties }: CrmSearch, part: Part) {
  const found = records.filter((record) => {
    const at = Date.parse(record.properties[by] ?? "");
    return at >= part.from && at < part.to;
  });
  const first = Number(part.after);
  const last = first + PAGE_SIZE;
  const results = found.slice(first, last).map(({ id, properties: all }) => ({
    id,
    properties: Object.fromEntries(properties.map((name) => [name, all[name] ?? null])),
  }));
  const paging = last < found.length ? { paging: { next: { after: String(last) } } } : {};
  return { total: found.length, results, ...paging };
}
