/** Global setup of the panel's tests: one build of it and one Chromium for all of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { buildWeb } from "../../scripts/build-web.ts";
import { serveBrowser } from "../web/support/browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder with the built panel. */
    panelFiles: string;
    /** Address under which a test file reaches the browser. */
    browserEndpoint: string;
  }
}

/** Builds, starts the browser, and takes both away afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "agency-os-panel-"));
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    await buildWeb(folder);
    const browser = await serveBrowser();
    project.provide("panelFiles", folder);
    project.provide("browserEndpoint", browser.wsEndpoint());
    return async () => {
      await browser.close();
      await forget();
    };
  } catch (error) {
    await forget();
    throw error;
  }
}
