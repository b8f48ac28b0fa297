import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { metricsPage } from "../../scripts/metrics-page.ts";

test("the page about metrics says what the catalogue says; `npm run metrics` writes it", () => {
  expect(readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8")).toBe(metricsPage());
});
