import { run } from "./bootstrap.mjs";

run("scripts/reset.ts", process.argv.slice(2));
