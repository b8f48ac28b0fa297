import { fileURLToPath } from "node:url";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { SANDBOX_CREDENTIALS } from "./sandbox/seed.ts";
import { markdownAsText } from "./test/support/markdown.ts";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  // `node:sqlite` and type stripping are missing there; the failures they cause do not name the reason.
  throw new Error(`The tests need the pinned Node, this is ${process.version}. Run them with: npx vitest run`);
}

/** Upstreams of the actor tests: a port nobody listens on, so that a forgotten fake fails at once and nothing leaves. */
const NOWHERE = "http://127.0.0.1:9";

const actorBindings = {
  ...SANDBOX_CREDENTIALS,
  AGENCY_OS_INTERNAL_API_TOKEN: "test-internal-token",
  ASANA_WEBHOOK_SECRET: "test-webhook-secret",
  ASANA_BASE_URL: `${NOWHERE}/asana/api/1.0`,
  GOOGLE_OAUTH_BASE_URL: `${NOWHERE}/google-oauth`,
  SEARCH_CONSOLE_BASE_URL: `${NOWHERE}/search-console`,
  GA4_BASE_URL: `${NOWHERE}/ga4/v1beta`,
  GOOGLE_ADS_BASE_URL: `${NOWHERE}/google-ads/v25`,
  META_BASE_URL: `${NOWHERE}/meta/v25.0`,
  ACCURANKER_BASE_URL: `${NOWHERE}/accuranker/api/v4`,
  HUBSPOT_BASE_URL: `${NOWHERE}/hubspot`,
  HARVEST_BASE_URL: `${NOWHERE}/harvest/v2`,
  AI_GATEWAY_BASE_URL: `${NOWHERE}/model/v1`,
};

export default defineConfig({
  test: {
    // The decisions of a run and of a Business Unit are proven whole: a line no test reaches is a state nobody thought through.
    coverage: {
      provider: "v8",
      include: ["src/core/{run,intake,delivery,business-unit,curation}/**"],
      reporter: ["text"],
      thresholds: { 100: true },
    },
    projects: [
      {
        plugins: [markdownAsText()],
        test: {
          name: "unit",
          environment: "node",
          include: ["test/{core,reporting,refresh,skills,contracts,sandbox,tooling}/**/*.test.ts"],
          testTimeout: 20_000,
          // A process and all its modules for each of two hundred files cost more than the tests.
          isolate: false,
        },
      },
      {
        // No coverage: what a seed happens to reach proves no line.
        resolve: {
          alias: { "cloudflare:workers": fileURLToPath(new URL("./test/support/workers-module.ts", import.meta.url)) },
        },
        test: { name: "sim", environment: "node", include: ["test/sim/**/*.test.ts"] },
      },
      {
        plugins: [
          markdownAsText(),
          cloudflareTest(async () => ({
            main: "./test/support/worker.ts",
            remoteBindings: false,
            wrangler: { configPath: "./wrangler.jsonc" },
            miniflare: { bindings: { ...actorBindings, TEST_MIGRATIONS: await readD1Migrations("./migrations") } },
          })),
        ],
        test: {
          name: "actors",
          include: ["test/{actors,http}/**/*.test.ts"],
          // One runtime for all files, which each find as empty as a new one.
          setupFiles: ["./test/support/empty-platform.ts"],
          isolate: false,
        },
      },
      {
        plugins: [markdownAsText()],
        test: {
          name: "e2e",
          environment: "node",
          // These look at the panel in a browser against a whole system, so they belong here.
          include: ["test/e2e/**/*.test.ts", "test/web/{live,staff}.test.ts"],
          globalSetup: ["./test/support/bundles.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [markdownAsText()],
        test: {
          name: "web",
          environment: "node",
          include: ["test/web/**/*.test.ts"],
          globalSetup: ["./test/support/panel-browser.ts"],
          exclude: ["test/web/{live,staff}.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
