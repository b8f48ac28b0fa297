/**
 * `npm run reproject [-- --state DIR | --url URL]`: writes the index anew from the actors, page by page; of the running
 * system, or of the control plane at `--url` with AGENCY_OS_INTERNAL_API_TOKEN. May be repeated and may run beside work.
 */
import { parseArgs } from "node:util";
import * as v from "valibot";
import { asCommand, Problem, systemOf } from "./running-system.ts";

const PageSchema = v.object({
  projected: v.number(),
  unknown: v.number(),
  failed: v.array(v.object({ name: v.string(), error: v.string() })),
  nextCursor: v.nullable(v.string()),
});

await asCommand(async () => {
  const { values } = parseArgs({ options: { state: { type: "string" }, url: { type: "string" } } });
  const system = await systemOf(values);
  let [projected, failed] = [0, 0];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const reply = await system.post("/internal/reproject", JSON.stringify({ cursor: cursor ?? null }));
    const page = v.safeParse(v.pipe(v.string(), v.parseJson(), PageSchema), reply.text);
    if (reply.status !== 200 || !page.success) throw new Problem(`The system answered ${reply.status}: ${reply.text}`);
    projected += page.output.projected;
    failed += page.output.failed.length;
    for (const { name, error } of page.output.failed) console.error(`  ${name}: ${error}`);
    cursor = page.output.nextCursor;
  }
  console.log(`Rows were written ${projected} times (once per trace of a run or a Business Unit), ${failed} failed.`);
  return failed === 0 ? 0 : 1;
});
