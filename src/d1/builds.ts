/** Platform Build requests seen so far. The row is all there is of them until builds have an actor of their own. */
import type { Index } from "./schema.ts";

/** Notes a task of the Platform Build project; seeing it again refreshes its title. */
export async function noteBuild(index: Index, build: { taskGid: string; title: string; at: string }): Promise<void> {
  await index
    .insertInto("platform_build_runs")
    .values({
      run_id: `pbr_${build.taskGid}`,
      task_gid: build.taskGid,
      version: 1,
      status: "observed",
      title: build.title.slice(0, 300),
      created_at: build.at,
      updated_at: build.at,
    })
    .onConflict((conflict) =>
      conflict.column("run_id").doUpdateSet({ title: build.title.slice(0, 300), updated_at: build.at }),
    )
    .execute();
}

/** Which of the tasks are noted already. D1 takes at most 100 bound parameters. */
export async function notedBuilds(index: Index, taskGids: readonly string[]): Promise<ReadonlySet<string>> {
  const noted = new Set<string>();
  for (let from = 0; from < taskGids.length; from += 90) {
    const rows = await index
      .selectFrom("platform_build_runs")
      .select("task_gid")
      .where("task_gid", "in", taskGids.slice(from, from + 90))
      .execute();
    for (const row of rows) noted.add(row.task_gid);
  }
  return noted;
}
