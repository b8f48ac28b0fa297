/**
 * First half of every command, in plain JavaScript that any Node from 20 on runs without a dependency: checks Node and
 * npm, installs the locked dependencies when they are missing or stale, and hands over to the pinned Node.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const MODULES = path.join(ROOT, "node_modules");
const BIN = path.join(MODULES, ".bin");
/** Hash of the lock file the installed dependencies came from. */
const MARK = path.join(MODULES, ".installed-lock");
const WINDOWS = process.platform === "win32";

/**
 * Ends the command with words for a person.
 * @param {string} message
 * @returns {never}
 */
function giveUp(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}

/** @param {string} version @returns {number} */
function majorOf(version) {
  return Number.parseInt(version.replace(/^v/, ""), 10);
}

/**
 * Output of a program, or null when it cannot be run.
 * @param {string} program
 * @param {string[]} args
 */
function outputOf(program, args) {
  const run = spawnSync(program, args, { cwd: ROOT, encoding: "utf8", shell: WINDOWS });
  return run.status === 0 ? run.stdout.trim() : null;
}

function checkTools() {
  if (majorOf(process.version) < 20) {
    giveUp(`Agency OS needs Node 20 or newer; this is ${process.version}. Install it from https://nodejs.org.`);
  }
  const npm = outputOf("npm", ["--version"]);
  if (npm === null) giveUp("npm was not found. It comes with Node: install Node 20 or newer from https://nodejs.org.");
  if (majorOf(npm) < 10) giveUp(`Agency OS needs npm 10 or newer; this is ${npm}. Run: npm install --global npm@10`);
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(path.join(ROOT, "package-lock.json")))
    .digest("hex");
}

function isInstalled() {
  return existsSync(MARK) && readFileSync(MARK, "utf8").trim() === lockHash();
}

/** Programs that arrive through install scripts, which npm may have been told not to run. */
function brokenPrograms() {
  return ["node", "esbuild", "workerd"].filter((name) => outputOf(path.join(BIN, name), ["--version"]) === null);
}

/**
 * Runs npm without its chatter. Addresses are left out of what is shown: they may name a private registry.
 * @param {string[]} args
 * @param {string} advice
 */
function npm(args, advice) {
  const run = spawnSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: ROOT,
    encoding: "utf8",
    shell: WINDOWS,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status === 0) return;
  const said = `${run.stdout ?? ""}${run.stderr ?? ""}`.replaceAll(/https?:\/\/[^\s"']+/g, "<address>").trim();
  giveUp(`${said.split("\n").slice(-20).join("\n")}\n\nnpm ${args[0]} failed. ${advice}`);
}

function install() {
  if (isInstalled()) return;
  process.stdout.write("Installing the locked dependencies (once, about a minute) …\n");
  npm(["ci"], "Check the connection and the disk, then run the same command again.");
  if (brokenPrograms().length > 0) npm(["rebuild", "node", "esbuild", "workerd"], "Run the same command again.");
  const broken = brokenPrograms();
  if (broken.length > 0) {
    giveUp(
      `These programs do not run after the installation: ${broken.join(", ")}. ` +
        "npm probably may not run install scripts here. Allow them (npm config set ignore-scripts false), " +
        "remove node_modules, and run the same command again.",
    );
  }
  writeFileSync(MARK, `${lockHash()}\n`);
}

/**
 * Makes sure that the dependencies are there, then runs `script` with the pinned Node and ends as it ends. Signals are
 * passed on, so that whoever stops this process stops all of it.
 * @param {string} script path from the repository's root
 * @param {string[]} args
 */
export function run(script, args) {
  checkTools();
  install();
  const child = spawn(
    path.join(BIN, "node"),
    ["--disable-warning=ExperimentalWarning", path.join(ROOT, script), ...args],
    {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...process.env, PATH: `${BIN}${path.delimiter}${process.env.PATH ?? ""}` },
    },
  );
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.once("error", (error) => giveUp(`The pinned Node could not be started: ${error.message}`));
  child.once("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}
