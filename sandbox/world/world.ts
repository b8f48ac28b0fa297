/** The demo world: two clients whose figures the simulators read. */
import { BUSINESS_UNITS, type DemoBusinessUnit } from "../seed.ts";
import { type VisitDays, visitsOf } from "./analytics.ts";
import { plunkett } from "./clients/plunkett.ts";
import { strategicSettlements } from "./clients/strategic-settlements.ts";
import { type ContactDays, contactsOf } from "./crm.ts";
import { daysOf } from "./days.ts";
import { type Catalogue, catalogueOf } from "./entities.ts";
import { type HourDays, hoursOf } from "./hours.ts";
import { type PaidDays, paidOf } from "./paid.ts";
import { type Rankings, rankingsOf } from "./rankings.ts";
import { type SearchGroup, type SearchQuestion, searchOf } from "./search.ts";

/** No client has figures before this day, 1 June 2024. */
export const WORLD_BEGINS = 19_875;

/** One client with everything that can be asked about it. */
export interface ClientWorld {
  readonly unit: DemoBusinessUnit;
  readonly catalogue: Catalogue;
  readonly search: (question: SearchQuestion) => readonly SearchGroup[];
  readonly visits: VisitDays;
  readonly paid: PaidDays;
  readonly rankings: Rankings;
  readonly contacts: ContactDays;
  readonly hours: HourDays;
}

const PROFILES = [strategicSettlements, plunkett];

const built = new Map<string, ClientWorld>();

/** The client that fits, built when it is first asked for; null when there is none. */
export function findClient(fits: (unit: DemoBusinessUnit) => boolean): ClientWorld | null {
  const unit = BUSINESS_UNITS.find(fits);
  const profile = PROFILES.find(({ businessUnitId }) => businessUnitId === unit?.id);
  if (unit === undefined || profile === undefined) return null;
  let world = built.get(unit.id);
  if (world === undefined) {
    const catalogue = catalogueOf(profile);
    const days = daysOf(catalogue);
    const visits = visitsOf(catalogue, days);
    world = {
      unit,
      catalogue,
      search: searchOf(catalogue, days),
      visits,
      paid: paidOf(catalogue, visits),
      rankings: rankingsOf(catalogue),
      contacts: contactsOf(catalogue, visits, unit.timeZone),
      hours: hoursOf(catalogue),
    };
    built.set(unit.id, world);
  }
  return world;
}
