/** `npm run deploy:dry`: what a deployment would upload, built for each environment of both Workers, sent nowhere. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildPages } from "./build-pages.ts";
import { buildWeb } from "./build-web.ts";
import { CONFIGS, wrangler } from "./runtime/build.ts";

const ENVIRONMENTS = ["", "dev", "production"];

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "agency-os-dry-"));
  try {
    const files = path.join(folder, "web-files");
    await buildWeb(files);
    for (const environment of ENVIRONMENTS) {
      for (const [name, config] of Object.entries(CONFIGS)) {
        const out = path.join(folder, `${name}-${environment}`);
        const assets = config === CONFIGS.webEdge ? ["--assets", files] : [];
        await wrangler(
          ["deploy", "--dry-run", "--config", config, "--env", environment, "--outdir", out, ...assets],
          folder,
        );
        process.stdout.write(`${name}, ${environment === "" ? "local" : environment}: builds\n`);
      }
    }
    await buildPages(path.join(folder, "pages"));
    process.stdout.write("webEdge as a Pages project: builds\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
