/**
 * `npm run asana -- webhooks [--repair | --check | --list | --rotate PROJECT] [--url URL] [--origin URL] [--state DIR]`
 *
 * Makes, checks and repairs the webhooks through which Asana reports, by way of the control plane: of the system that
 * `npm start` describes in `.agency-os/local.json`, or of the one at `--url` with AGENCY_OS_INTERNAL_API_TOKEN.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { stateFolders } from "./runtime/paths.ts";
import { readJson } from "./runtime/secrets.ts";
import { askForCheck, askForHealth, type ControlPlane } from "./runtime/webhook-check.ts";

const USAGE = `npm run asana -- webhooks [options]

  --repair          make what is missing and remove what is of no use (the default)
  --check           compare with Asana, change nothing there
  --list            what is known, without asking Asana
  --rotate PROJECT  give this project a webhook with a new secret, then remove the one it had; may be repeated
  --url URL         another control plane; its token is in AGENCY_OS_INTERNAL_API_TOKEN
  --origin URL      the address under which Asana reaches it, where that is not the one above
  --state DIR       state folder of the running system (.agency-os)
`;

const LocalSchema = v.object({ controlPlaneUrl: v.string(), internalToken: v.string() });
const say = (text: string) => process.stdout.write(`${text}\n`);

function wishes(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      repair: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      rotate: { type: "string", multiple: true },
      url: { type: "string" },
      origin: { type: "string" },
      state: { type: "string", default: ".agency-os" },
    },
  });
  const modes = (["repair", "check", "list", "rotate"] as const).filter((mode) => values[mode] ?? false);
  if (positionals.length !== 1 || positionals[0] !== "webhooks" || modes.length > 1) throw new Error(USAGE);
  return { ...values, mode: modes[0] ?? "repair" };
}

async function planeOf(url: string | undefined, state: string): Promise<ControlPlane> {
  if (url !== undefined) {
    const internalToken = process.env.AGENCY_OS_INTERNAL_API_TOKEN?.split(",")[0]?.trim() ?? "";
    if (internalToken === "") throw new Error("Set AGENCY_OS_INTERNAL_API_TOKEN to the token of that control plane.");
    return { controlPlaneUrl: url, internalToken };
  }
  const file = stateFolders(path.resolve(state)).localFile;
  const local = v.safeParse(LocalSchema, await readJson(file));
  if (!local.success) throw new Error(`No running system: ${file} is not there. Use npm start, or --url.`);
  return local.output;
}

/** True when every project reports. */
async function list(plane: ControlPlane): Promise<boolean> {
  const { items, streams } = await askForHealth(plane);
  for (const one of items) {
    say(`${one.projectGid}  ${one.health.padEnd(9)}  last success ${one.lastSuccessAt ?? "never"}  ${one.target}`);
    if (one.health === "failing")
      say(
        `  fails for the ${one.retryCount}. time: ${one.lastFailureContent ?? ""}; deleted at ${one.deletionAt ?? "?"}`,
      );
    if (one.problem !== null) say(`  ${one.problem}`);
  }
  for (const one of streams)
    say(`${one.projectGid}  events read ${one.syncedAt ?? "never"}${one.problem === null ? "" : `  ${one.problem}`}`);
  return items.some((one) => one.health === "healthy") && items.every((one) => one.health !== "failing");
}

async function main(): Promise<boolean> {
  const { mode, url, state, origin, rotate = [] } = wishes(process.argv.slice(2));
  const plane = await planeOf(url, state);
  if (mode === "list") return list(plane);
  const wish = { repair: mode !== "check", ...(origin === undefined ? {} : { origin }), rotate };
  const checks = await askForCheck(plane, wish);
  for (const { projectGid, outcome, detail } of checks) say(`${projectGid}  ${outcome.padEnd(7)}  ${detail}`.trimEnd());
  return checks.every(({ outcome }) => outcome === "works" || outcome === "created");
}

main().then(
  (well) => {
    process.exitCode = well ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
