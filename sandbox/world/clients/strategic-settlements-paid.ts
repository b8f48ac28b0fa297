/** Paid advertising of Strategic Settlements. */
import type { ClientProfile } from "../profile.ts";

export const PAID: ClientProfile["paid"] = {
  google: {
    channel: "Paid Search",
    campaigns: [
      {
        id: "20110001",
        name: "Brand",
        kind: "SEARCH",
        status: "ENABLED",
        weight: 3,
        clickRate: 0.21,
        costPerClick: 1.85,
      },
      {
        id: "20110002",
        name: "Structured settlements | US",
        kind: "SEARCH",
        status: "ENABLED",
        weight: 5,
        clickRate: 0.046,
        costPerClick: 7.4,
      },
      {
        id: "20110003",
        name: "Settlement planning | Attorneys",
        kind: "SEARCH",
        status: "ENABLED",
        weight: 3,
        clickRate: 0.038,
        costPerClick: 9.9,
      },
      {
        id: "20110004",
        name: "Guides | Display",
        kind: "DISPLAY",
        status: "PAUSED",
        weight: 1,
        clickRate: 0.0065,
        costPerClick: 0.62,
        months: [1, 2, 3, 9, 10],
      },
      {
        id: "20110005",
        name: "Leads | Performance Max",
        kind: "PERFORMANCE_MAX",
        status: "ENABLED",
        weight: 2,
        clickRate: 0.019,
        costPerClick: 4.1,
      },
    ],
  },
  meta: {
    channel: "Paid Social",
    campaigns: [
      {
        id: "120210000000001",
        name: "Attorney partners",
        kind: "OUTCOME_LEADS",
        status: "ENABLED",
        weight: 3,
        clickRate: 0.011,
        costPerClick: 3.3,
      },
      {
        id: "120210000000002",
        name: "Guides awareness",
        kind: "OUTCOME_TRAFFIC",
        status: "ENABLED",
        weight: 4,
        clickRate: 0.014,
        costPerClick: 1.1,
      },
      {
        id: "120210000000003",
        name: "Webinar",
        kind: "OUTCOME_LEADS",
        status: "PAUSED",
        weight: 2,
        clickRate: 0.012,
        costPerClick: 2.4,
        months: [3, 4, 10],
      },
    ],
  },
};
