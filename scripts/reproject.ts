/** `npm run reproject [-- --state DIR]`: writes the index of the running system anew from the actors, page by page. */
import { parseArgs } from "node:util";
import * as v from "valibot";
import { asCommand, Problem, runningSystem } from "./running-system.ts";

const PageSchema = v.object({
  projected: v.number(),
  unknown: v.number(),
  failed: v.array(v.object({ taskGid: v.string(), error: v.string() })),
  nextCursor: v.nullable(v.string()),
});

await asCommand(async () => {
  const { values } = parseArgs({ options: { state: { type: "string" } } });
  const system = await runningSystem(values.state ?? ".agency-os");
  let [projected, failed] = [0, 0];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const reply = await system.post("/internal/reproject", JSON.stringify({ cursor: cursor ?? null }));
    const page = v.safeParse(v.pipe(v.string(), v.parseJson(), PageSchema), reply.text);
    if (reply.status !== 200 || !page.success) throw new Problem(`The system answered ${reply.status}: ${reply.text}`);
    projected += page.output.projected;
    failed += page.output.failed.length;
    for (const { taskGid, error } of page.output.failed) console.error(`  ${taskGid}: ${error}`);
    cursor = page.output.nextCursor;
  }
  console.log(`${projected} times the rows of a run were written, ${failed} failed.`);
  return failed === 0 ? 0 : 1;
});
