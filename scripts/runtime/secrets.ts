/** Secrets of one local system: made once per state folder, kept with mode 0600, printed nowhere. */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";

const SecretsSchema = v.object({
  internalToken: v.pipe(v.string(), v.minLength(32)),
  webhookSecret: v.pipe(v.string(), v.minLength(32)),
  /** Seals the secrets of the webhooks this system asks for. */
  webhookKey: v.pipe(v.string(), v.minLength(32)),
});

/** What the parts of one local system share. */
export type LocalSecrets = v.InferOutput<typeof SecretsSchema>;

/** Writes JSON so that a reader sees the old file or the new one, never half of it; only the owner may read it. */
export async function writePrivateJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, file);
}

/** JSON of `file`, or null when there is no such file. Rejects when it is not JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new Error(`${file} is not readable as JSON. Remove it, or run npm run reset.`, { cause: error });
  }
}

/** The secrets kept in `file`, made on first use. A damaged file is an error, not a reason to change the secrets silently. */
export async function localSecrets(file: string): Promise<LocalSecrets> {
  const kept = await readJson(file);
  const fresh = () => randomBytes(32).toString("hex");
  const made = { internalToken: fresh(), webhookSecret: fresh(), webhookKey: fresh() };
  if (kept !== null) {
    // A folder of an earlier version lacks what came later.
    const parsed = v.safeParse(SecretsSchema, kept instanceof Object ? { webhookKey: made.webhookKey, ...kept } : kept);
    if (!parsed.success) throw new Error(`${file} does not hold the secrets of a local system. Run npm run reset.`);
    if (parsed.output.webhookKey === made.webhookKey) await writePrivateJson(file, parsed.output);
    return parsed.output;
  }
  await writePrivateJson(file, made);
  return made;
}
