/** Asana as a refresh reads it: the tasks of the client's project that are shown to the client, as they are now. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { addDays } from "../core/facts/days.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { AsanaClientTasksPort } from "../ports/asana/client-tasks.ts";
import type { Connector } from "../ports/connector.ts";
import { answered, plainPage, unknownQuery } from "./page.ts";

/** Tasks have no past: of the chunks of a refresh the newest one alone, which ends yesterday, has anything to ask for. */
const REACH_DAYS = 1;
/** Completed tasks are shown this long. */
const COMPLETED_DAYS = 100;

export function asanaConnector(port: AsanaClientTasksPort): Connector {
  return {
    source: "asana",
    assetKind: "asana_project",
    secrets: ["AGENCY_OS_ASANA_AGENT_PAT"],
    maturityDays: SOURCE_MATURITY_DAYS.asana,
    reachDays: REACH_DAYS,
    keep: keptOf("asana"),
    queries: () => REQUESTS.asana.map(({ query }) => query),
    async fetch(projectGid, query, { end }, page) {
      if (query !== "tasks") throw unknownQuery("Asana", query);
      const since = `${addDays(end, -COMPLETED_DAYS)}T00:00:00.000Z`;
      const { raw, tasks, next } = await port.visibleTasks(projectGid, since, page);
      return plainPage({ raw, rowCount: tasks.length, next });
    },
    async look(projectGid) {
      const { name, hasField } = await port.clientProject(projectGid);
      const problem = hasField
        ? null
        : "The project lacks the field that shows a task to the client, so none is shown.";
      return answered({ label: name, problem });
    },
    cost: () => REQUESTS.asana.length,
  };
}
