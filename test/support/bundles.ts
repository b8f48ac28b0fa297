/** Global setup of the end-to-end tests: one build for all of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { type Bundles, buildBundles } from "../../scripts/runtime/build.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Production bundles of both Workers. */
    bundles: Bundles;
  }
}

/** Builds, hands the folders to the tests, and removes them afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "agency-os-bundles-"));
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    project.provide("bundles", await buildBundles(path.join(folder, "build")));
  } catch (error) {
    await forget();
    throw error;
  }
  return forget;
}
