/** Contacts and deals as HubSpot shows them: every property is text. */
import { dateOf } from "../world/calendar.ts";
import type { WorldContact, WorldDeal } from "../world/crm.ts";
import { unit } from "../world/random.ts";
import type { ClientWorld } from "../world/world.ts";

/** A record with every property it has. */
export interface CrmObject {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly properties: Readonly<Record<string, string | null>>;
}

const SOURCES: Readonly<Record<string, string>> = {
  "Organic Search": "ORGANIC_SEARCH",
  Direct: "DIRECT_TRAFFIC",
  "Paid Search": "PAID_SEARCH",
  "Paid Social": "PAID_SOCIAL",
  "Organic Social": "SOCIAL_MEDIA",
  Email: "EMAIL_MARKETING",
  Referral: "REFERRALS",
};

const FIRST_NAMES = ["Aoife", "Ben", "Chloë", "Dara", "Elena", "Farid", "Grace", "Hugo"] as const;
const LAST_NAMES = ["Byrne", "Castillo", "Doyle", "Evans", "O'Farrell", "Grant", "Huang", "Iyer"] as const;

/** Properties HubSpot sends when a search asks for none: names and addresses among them. */
export const DEFAULT_PROPERTIES = {
  contacts: ["firstname", "lastname", "email", "createdate", "lastmodifieddate", "hs_object_id"],
  deals: [
    "dealname",
    "amount",
    "closedate",
    "createdate",
    "dealstage",
    "hs_lastmodifieddate",
    "hs_object_id",
    "pipeline",
  ],
} as const;

/** Properties that come with every record, asked for or not. */
export const SYSTEM_PROPERTIES = {
  contacts: ["createdate", "hs_object_id", "lastmodifieddate"],
  deals: ["createdate", "hs_object_id", "hs_lastmodifieddate"],
} as const;

const iso = (at: number): string => new Date(at).toISOString();

function sourceOf({ channel }: WorldContact): string {
  return channel === null ? "OFFLINE" : (SOURCES[channel] ?? "OTHER_CAMPAIGNS");
}

function personOf({ seed, id }: WorldContact) {
  const first = FIRST_NAMES[Math.floor(unit(seed, 20) * FIRST_NAMES.length)] ?? "Aoife";
  const last = LAST_NAMES[Math.floor(unit(seed, 21) * LAST_NAMES.length)] ?? "Byrne";
  return { first, last, email: `person.${id}@mail.example`, phone: `+1555${id.slice(-7)}` };
}

/** A contact as it stands at `now`. */
export function contactObject(contact: WorldContact, now: number): CrmObject {
  const { first, last, email, phone } = personOf(contact);
  const updatedAt = Math.min(now, contact.deal?.createdAt ?? contact.createdAt);
  return {
    id: contact.id,
    createdAt: contact.createdAt,
    updatedAt,
    properties: {
      hs_object_id: contact.id,
      createdate: iso(contact.createdAt),
      lastmodifieddate: iso(updatedAt),
      firstname: first,
      lastname: last,
      email,
      phone,
      lifecyclestage: stageOfContact(contact, now),
      hs_analytics_source: sourceOf(contact),
    },
  };
}

function stageOfContact({ deal, seed }: WorldContact, now: number): string | null {
  if (deal !== null && deal.createdAt <= now) return deal.won && deal.closeAt <= now ? "customer" : "opportunity";
  const draw = unit(seed, 22);
  if (draw < 0.04) return null;
  return draw < 0.4 ? "marketingqualifiedlead" : "lead";
}

const STAGES = ["appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "contractsent"] as const;

/** A deal as it stands at `now`; null before it was made. */
export function dealObject(world: ClientWorld, contact: WorldContact, now: number): CrmObject | null {
  const { deal } = contact;
  if (deal === null || deal.createdAt > now) return null;
  const closed = deal.closeAt <= now;
  const updatedAt = closed ? deal.closeAt : deal.createdAt;
  const amount = deal.amountCents === null ? null : String(deal.amountCents / 100);
  return {
    id: deal.id,
    createdAt: deal.createdAt,
    updatedAt,
    properties: {
      hs_object_id: deal.id,
      createdate: iso(deal.createdAt),
      hs_lastmodifieddate: iso(updatedAt),
      dealname: `${personOf(contact).last} ${dateOf(Math.floor(deal.createdAt / 86_400_000))}`,
      closedate: iso(deal.closeAt),
      pipeline: "default",
      dealstage: stageOfDeal(deal, now),
      hs_is_closed: String(closed),
      hs_is_closed_won: String(closed && deal.won),
      amount,
      deal_currency_code: world.unit.currency,
      amount_in_home_currency: amount,
      hs_analytics_source: sourceOf(contact),
    },
  };
}

function stageOfDeal({ createdAt, closeAt, won }: WorldDeal, now: number): string {
  if (closeAt <= now) return won ? "closedwon" : "closedlost";
  const way = (now - createdAt) / (closeAt - createdAt);
  return STAGES[Math.min(STAGES.length - 1, Math.floor(way * STAGES.length))] ?? STAGES[0];
}
