/** `docs/storage.md` against the tables there are: what the migrations make, and nothing else. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/runtime/paths.ts";
import { GATEWAY_MIGRATIONS } from "../../src/actors/asana-gateway/migrations.ts";
import { BOARD_MIGRATIONS } from "../../src/actors/board/migrations.ts";
import { UNIT_MIGRATIONS } from "../../src/actors/business-unit/migrations.ts";
import { RUN_MIGRATIONS } from "../../src/actors/run/migrations.ts";
import { type MigrationStep, migrate } from "../../src/lib/migrate.ts";
import { INDEX_TABLES } from "../support/index-tables.ts";

type Tables = ReadonlyMap<string, readonly string[]>;

const page = await readFile(path.join(ROOT, "docs/storage.md"), "utf8");

/** Tables of a database with their columns; not what SQLite keeps for itself. */
function tablesOf(database: DatabaseSync): Tables {
  const names = database
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !name.startsWith("sqlite_") && name !== "migration");
  const columns = database.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1");
  return new Map(names.map((name) => [name, columns.all(name).map((column) => String(column.name))]));
}

function ofActor(steps: readonly MigrationStep[]): Tables {
  const database = new DatabaseSync(":memory:");
  migrate(
    {
      exec: (query, ...bindings) => {
        const rows = bindings.length > 0 || query.startsWith("SELECT");
        const found = rows ? database.prepare(query).all(...bindings.map(Number)) : database.exec(query);
        return { toArray: () => found ?? [] };
      },
    },
    steps,
  );
  return tablesOf(database);
}

async function ofD1(): Promise<Tables> {
  const database = new DatabaseSync(":memory:");
  const folder = path.join(ROOT, "migrations");
  for (const file of (await readdir(folder)).toSorted()) database.exec(await readFile(path.join(folder, file), "utf8"));
  return tablesOf(database);
}

/** Rows of the tables below a heading: what their first cell names, and the names each item of the last begins with. */
function documented(heading: string): Tables {
  const [, section = ""] = page.split(`\n${heading}`);
  const [rows = ""] = section.split(/\n##/);
  return new Map(
    [...rows.matchAll(/^\| `(\w+)` \|(?:.*\|)? ([^|]+) \|$/gm)].map(([, table = "", cells = ""]) => [
      table,
      cells.split(" · ").flatMap((item) => {
        const [names = ""] = /^(?:`\w+`(?: and )?)+/.exec(item) ?? [];
        return [...names.matchAll(/\w+(?=`)/g)].map(([name]) => name);
      }),
    ]),
  );
}

const sorted = (tables: Tables) => [...tables].map(([table, columns]) => [table, columns.toSorted()]).toSorted();

describe("the page about storage names every table and column, and none there is not, of", () => {
  it.each([
    ["a run", "### `TeamAgentRun`", RUN_MIGRATIONS],
    ["a Business Unit", "### `BusinessUnit`", UNIT_MIGRATIONS],
    ["the board", "### `RunBoard`", BOARD_MIGRATIONS],
    ["the gateway", "### `AsanaGateway`", GATEWAY_MIGRATIONS],
  ])("%s", (_, heading, steps) => {
    const tables = ofActor(steps);
    expect(tables.size).toBeGreaterThan(0);
    expect(sorted(documented(heading))).toEqual(sorted(tables));
  });

  it("D1", async () => {
    expect(sorted(documented("### Columns of D1"))).toEqual(sorted(await ofD1()));
  });
});

it("says of each table of D1 whether it is a copy that is written anew, the truth or a note, as the reprojection is tested", async () => {
  const [, section = ""] = page.split("\n## In D1");
  const [list = ""] = section.split("\n###");
  const said = [...list.matchAll(/^\| ((?:`\w+` ?)+)\| (\w+)/gm)].flatMap(([, tables = "", kind = ""]) =>
    [...tables.matchAll(/\w+/g)].map(([table]) => [table, kind]),
  );
  expect(said.toSorted()).toEqual([...Object.entries(INDEX_TABLES), ["d1_migrations", "truth"]].toSorted());
  for (const table of (await ofD1()).keys()) expect(Object.keys(INDEX_TABLES)).toContain(table);
});
