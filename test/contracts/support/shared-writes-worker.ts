/** Requests that share slow writes, for the test of what happens when one of them loses its client. */
import { SharedWrites } from "../../../src/lib/shared-writes.ts";

const WRITE_MS = 150;
const begun: string[] = [];
const written: string[][] = [];
const writes = new SharedWrites<string>({
  write: async (items) => {
    await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
    written.push([...items]);
  },
  sizeOf: (item) => item.length,
  maxItems: 100,
  maxBytes: 1_000,
  patienceMs: 10_000,
});

export default {
  async fetch(request: Request, _env: unknown, ctx: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "begun") return Response.json(begun);
    if (name === "written") return Response.json(written);
    begun.push(name);
    await writes.add([name], (work) => ctx.waitUntil(work));
    return new Response(name);
  },
};
