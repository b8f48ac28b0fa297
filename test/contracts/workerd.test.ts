import { createHash, createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import * as v from "valibot";
import { expect, it } from "vitest";
import { accuranker } from "../../sandbox/accuranker/upstream.ts";
import { playAsana } from "../../sandbox/asana/play.ts";
import { asana } from "../../sandbox/asana/upstream.ts";
import { ga4 } from "../../sandbox/ga4/upstream.ts";
import { googleAds } from "../../sandbox/google-ads/upstream.ts";
import { googleOauth } from "../../sandbox/google-oauth/upstream.ts";
import { meta } from "../../sandbox/meta/upstream.ts";
import { model } from "../../sandbox/model/upstream.ts";
import { searchConsole } from "../../sandbox/search-console/upstream.ts";
import { BUSINESS_UNITS, GOOGLE_ADS_MANAGER, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { openSandbox, variable } from "./support/sandbox.ts";

/** Our code as a deployment bundles it. */
async function bundle(file: string): Promise<string> {
  const entry = fileURLToPath(new URL(`support/${file}`, import.meta.url));
  const made = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
    logLevel: "silent",
  });
  return made.outputFiles[0]?.text ?? "";
}

it("every live port works inside workerd as it does in Node", async () => {
  const upstreams = [accuranker, asana, ga4, googleAds, googleOauth, meta, model, searchConsole];
  const sandbox = await openSandbox(upstreams, () => new Date("2026-11-10T12:00:00.000Z"));
  const player = playAsana(variable(sandbox, "ASANA_BASE_URL"), "sandbox-asana-pat-maya");
  const { gid } = await player.createTask({ name: "t" });
  const [unit] = BUSINESS_UNITS;
  const places = {
    TASK_GID: gid,
    SITE: unit?.searchConsoleSite ?? "",
    PROPERTY: unit?.ga4PropertyId ?? "",
    CUSTOMER: unit?.googleAdsCustomerId ?? "",
    MANAGER: GOOGLE_ADS_MANAGER.id,
    AD_ACCOUNT: unit?.metaAdAccountId ?? "",
    DOMAIN: unit?.accurankerDomainId ?? "",
  };
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: await bundle("workerd-entry.ts"),
      compatibilityDate: "2026-06-01",
      compatibilityFlags: ["nodejs_compat"],
      bindings: { ...SANDBOX_CREDENTIALS, ...sandbox.variables, ...places },
      r2Buckets: ["SNAPSHOTS"],
    }),
  );
  try {
    const seen = await (await worker.dispatchFetch("http://ports.example/")).json();
    expect(seen).toEqual({
      attached: "Zoë.html",
      downloaded: "<p>Zoë</p>",
      comment: "from workerd",
      clicks: true,
      sessions: true,
      campaigns: [true, true],
      insights: [31, "standard_access"],
      keywords: 2,
      answer: "answer",
      snapshot: true,
      digest: createHash("sha256").update("abc").digest("hex"),
      signature: createHmac("sha256", "key").update("abc").digest("hex"),
      equal: [true, false],
    });
  } finally {
    await worker.dispose();
    await sandbox.stop();
  }
});

it("a request that loses its client in the middle of a shared write leaves nobody waiting", async () => {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: await bundle("shared-writes-worker.ts"),
      compatibilityDate: "2026-06-01",
      compatibilityFlags: ["nodejs_compat"],
    }),
  );
  const ask = async (name: string, signal?: AbortSignal) => {
    const response = await worker.dispatchFetch(
      `http://writes.example/${name}`,
      signal === undefined ? {} : { signal },
    );
    return response.text();
  };
  try {
    await ask("warm");
    const leaving = new AbortController();
    const left = ask("left", leaving.signal).catch(() => "left");
    while (!(await ask("begun")).includes("left"));
    const waiting = [ask("a"), ask("b")];
    while (!(await ask("begun")).includes("b"));
    leaving.abort();
    expect(await left).toBe("left");
    expect(await Promise.all(waiting)).toEqual(["a", "b"]);
    const written = v.parse(v.array(v.array(v.string())), JSON.parse(await ask("written")));
    expect(written.flat().toSorted()).toEqual(["a", "b", "left", "warm"]);
  } finally {
    await worker.dispose();
  }
});
