import { run } from "./bootstrap.mjs";

run("scripts/start.ts", process.argv.slice(2));
