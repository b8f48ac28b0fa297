/**
 * Builds the staff web interface: one script, one stylesheet, one font, each named by its content, and the page that names them.
 * As a command: `node scripts/build-web.ts [OUT_DIR]`, default `web/dist`.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

const ROOT = path.resolve(import.meta.dirname, "..");
const INTERFACE = path.join(ROOT, "web", "interface");
/** The panel is opened over VPNs and phones: more script than this needs a reason. */
const MAX_SCRIPT_GZIP = 60 * 1024;

/** What the first load begins with. */
const FIRST = ["web/interface/main.ts", "web/interface/views/home/home-page.ts"];

/** Public paths of the files the page names. */
interface PageFiles {
  readonly script: string;
  readonly style: string;
  readonly font: string;
  readonly icon: string;
}

function publicPath(
  metafile: Metafile,
  outDir: string,
  matches: (output: string, entry: string | undefined) => boolean,
): string {
  const found = Object.entries(metafile.outputs).find(([output, { entryPoint }]) => matches(output, entryPoint));
  if (found === undefined) throw new Error("The bundle lacks a file the page needs.");
  return addressOf(found[0], outDir);
}

/** Public path of a file that esbuild names relative to the repository. */
function addressOf(output: string, outDir: string): string {
  return `/${path.relative(outDir, path.resolve(ROOT, output)).split(path.sep).join("/")}`;
}

/** `preload`: scripts that the page's own script imports, asked for together with it instead of one round trip later. */
async function writePage(outDir: string, files: PageFiles, preload: readonly string[]): Promise<void> {
  let page = await readFile(path.join(INTERFACE, "index.html"), "utf8");
  for (const [name, file] of Object.entries(files)) page = page.replaceAll(`{${name}}`, file);
  const links = preload.map((file) => `<link rel="modulepreload" href="${file}">`);
  page = page.replace("{preload}", links.join("\n    "));
  await writeFile(path.join(outDir, "index.html"), page);
}

/**
 * Bundles the interface into `outDir`, replacing what an earlier build left there.
 * Throws esbuild's error on a source that does not build, and an error when the script outgrows its budget.
 */
export async function buildWeb(outDir: string): Promise<void> {
  const out = path.resolve(outDir);
  await rm(path.join(out, "assets"), { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      path.join(INTERFACE, "main.ts"),
      path.join(INTERFACE, "styles", "main.css"),
      path.join(INTERFACE, "icon.svg"),
    ],
    outdir: path.join(out, "assets"),
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    splitting: true,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    loader: { ".woff2": "file", ".svg": "copy" },
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
  });
  const files: PageFiles = {
    script: publicPath(metafile, out, (output, entry) => output.endsWith(".js") && entry?.endsWith("main.ts") === true),
    style: publicPath(
      metafile,
      out,
      (output, entry) => output.endsWith(".css") && entry?.endsWith("main.css") === true,
    ),
    font: publicPath(metafile, out, (output) => output.endsWith(".woff2")),
    icon: publicPath(metafile, out, (output) => output.endsWith(".svg")),
  };
  const sizes = loadedWith(metafile, FIRST).map((name) => gzipSize(ROOT, name));
  const size = (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
  if (size > MAX_SCRIPT_GZIP)
    throw new Error(`The first load weighs ${size} bytes of compressed script; the budget is ${MAX_SCRIPT_GZIP}.`);
  const start = loadedWith(metafile, FIRST.slice(0, 1)).map((name) => addressOf(name, out));
  await writePage(
    out,
    files,
    start.filter((file) => file !== files.script),
  );
}

/** The files of these sources and all that they import at once, as esbuild names them. */
function loadedWith({ outputs }: Metafile, sources: readonly string[]): string[] {
  const files = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name === undefined || files.has(name)) return;
    files.add(name);
    for (const one of outputs[name]?.imports ?? []) if (one.kind === "import-statement") add(one.path);
  };
  for (const source of sources) add(Object.keys(outputs).find((name) => outputs[name]?.entryPoint === source));
  return [...files];
}

async function gzipSize(out: string, file: string): Promise<number> {
  return gzipSync(await readFile(path.join(out, file))).length;
}

async function main(): Promise<void> {
  const out = path.resolve(process.argv[2] ?? path.join(ROOT, "web", "dist"));
  await buildWeb(out);
  const page = await readFile(path.join(out, "index.html"), "utf8");
  for (const [, file = ""] of page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
    process.stdout.write(`${file}  ${((await gzipSize(out, file)) / 1024).toFixed(1)} KiB compressed\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
