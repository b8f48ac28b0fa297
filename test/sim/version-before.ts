/** Rows of a run as the version before wrote them: what the version after a deployment meets. */
import * as v from "valibot";
import { evolve } from "../../src/core/run/evolve.ts";
import type { SimStorage } from "./storage.ts";

const Fields = v.record(v.string(), v.unknown());
const Row = v.object({ state: v.pipe(v.string(), v.parseJson(), Fields) });

/** What every version has written. */
const ALWAYS = new Set([
  "runId",
  "taskGid",
  "status",
  "version",
  "createdAt",
  "updatedAt",
  "statusSince",
  "lease",
  "execution",
]);
const BIRTH = v.parse(Fields, evolve(null, { type: "run.observed", runId: "", taskGid: "" }, 0));

/** Without the field that shape 2 brought, and without any that has the value a run is born with: it may have come later. */
function before(state: Record<string, unknown>): Record<string, unknown> {
  const isNew = ([name, value]: [string, unknown]): boolean =>
    name === "registryVersion" || (!ALWAYS.has(name) && JSON.stringify(value) === JSON.stringify(BIRTH[name]));
  return Object.fromEntries(Object.entries(state).filter((field) => !isNew(field)));
}

/** Writes the state back as shape 1; nothing where there is none yet. */
export function writeAsVersionBefore(storage: SimStorage): void {
  if (storage.peek("SELECT 1 FROM sqlite_master WHERE name = 'run_now'").length === 0) return;
  for (const table of ["run_state", "run_now"])
    for (const row of storage.peek(`SELECT state FROM ${table} WHERE id = 1`))
      storage.write(`UPDATE ${table} SET state = ? WHERE id = 1`, JSON.stringify(before(v.parse(Row, row).state)));
  storage.write("UPDATE run_state SET schema = 1 WHERE id = 1");
  writeJournalAside(storage);
  storage.commit();
}

/** What attempts recorded lay in a table of its own, and not beside the log. */
function writeJournalAside(storage: SimStorage): void {
  storage.write(
    `INSERT OR REPLACE INTO journal (key, round, kind, status, result, epoch, attempt, at)
     SELECT event ->> '$.key', round, work, iif(type = 'effect.intended', 'intended', 'done'), result, epoch, attempt, at
     FROM run_events WHERE work IS NOT NULL ORDER BY seq`,
  );
  storage.write("UPDATE run_events SET work = NULL, result = NULL");
}
