/** The client's CRM: most enquiries of GA4 become a contact, some contacts a deal, some deals are won. */
import type { VisitDays } from "./analytics.ts";
import { startOf } from "./calendar.ts";
import type { Catalogue } from "./entities.ts";
import { hashText, roundBy, unit } from "./random.ts";

export interface WorldContact {
  /** Grows with time, as the portal gives its ids. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** GA4 channel it came through; null: nobody's website, an acquaintance or a fair. */
  readonly channel: string | null;
  readonly seed: number;
  readonly deal: WorldDeal | null;
}

/** A deal with what will come of it. */
export interface WorldDeal {
  readonly id: string;
  readonly createdAt: number;
  /** When it is decided; until then the day that is hoped for. */
  readonly closeAt: number;
  readonly won: boolean;
  /** In hundredths; null: nobody entered an amount. */
  readonly amountCents: number | null;
}

/** Contacts that were created on a day of the client's zone, oldest first. */
export type ContactDays = (day: number) => readonly WorldContact[];

const DAY_MS = 86_400_000;
/** A contact gets its deal within this time, and a deal is decided within that much more. */
const TO_DEAL_DAYS = 14;
export const LONGEST_DEAL_DAYS = 150;
/** A forgotten form, a double click, a robot: an enquiry that is no contact. */
const ENQUIRIES_KEPT = 0.9;

/** Contacts of one client. */
export function contactsOf(catalogue: Catalogue, visits: VisitDays, timeZone: string): ContactDays {
  const kept = new Map<number, readonly WorldContact[]>();
  return (day) => {
    let contacts = kept.get(day);
    if (contacts === undefined) {
      contacts = contactsOn(catalogue, visits, timeZone, day);
      kept.set(day, contacts);
    }
    return contacts;
  };
}

function contactsOn(catalogue: Catalogue, visits: VisitDays, timeZone: string, day: number): readonly WorldContact[] {
  const begin = startOf(day, timeZone);
  const channels: (string | null)[] = visits(day, false).flatMap(({ channel, page, visits: counts }) => {
    const seed = catalogue.pages.seedAt(page) ^ hashText(channel);
    return Array.from({ length: roundBy(counts.leads * ENQUIRIES_KEPT, unit(seed, day, 900)) }, () => channel);
  });
  if (unit(catalogue.seed, day, 901) < catalogue.profile.crm.offlinePerDay) channels.push(null);
  const drafts = channels.map((channel, order) => ({
    channel,
    seed: hashText(`${catalogue.seed}:contact:${day}:${order}`),
  }));
  // People write by day: the middle of the day is the likeliest, the night is quiet.
  const at = (seed: number) => begin + Math.floor((0.3 + 0.35 * unit(seed, 1) + 0.3 * unit(seed, 2)) * DAY_MS);
  return drafts
    .map((draft) => ({ ...draft, createdAt: at(draft.seed) }))
    .sort((a, b) => a.createdAt - b.createdAt)
    .map((draft, order) => {
      const id = String(day * 1_000 + order);
      return { ...draft, id, deal: dealOf(catalogue, id, draft.seed, draft.createdAt) };
    });
}

function dealOf({ profile }: Catalogue, contactId: string, seed: number, contactAt: number): WorldDeal | null {
  const { dealShare, dealValue, wonShare } = profile.crm;
  if (unit(seed, 3) >= dealShare) return null;
  const createdAt = contactAt + Math.floor(TO_DEAL_DAYS * unit(seed, 4) ** 2 * DAY_MS);
  const closeAt = createdAt + Math.floor((8 + (LONGEST_DEAL_DAYS - TO_DEAL_DAYS - 8) * unit(seed, 5)) * DAY_MS);
  const amount = Math.round((dealValue * (0.35 + 2.1 * unit(seed, 6) ** 3)) / 10) * 10;
  // Some deals never get an amount: that is not the same as nothing.
  const amountCents = unit(seed, 7) < 0.07 ? null : amount * 100;
  return { id: `7${contactId}`, createdAt, closeAt, won: unit(seed, 8) < wonShare, amountCents };
}
