/** Watches the sources of the Workers and the web interface. */
import { watch } from "node:fs";
import path from "node:path";
import { ROOT } from "./paths.ts";

const FOLDERS = ["src", "skills", "web"];
/** Editors write a file in several steps, and a checkout changes many at once. */
const SETTLE_MS = 250;

/** Calls `changed` after each burst of changes, never twice at once. Answers a function that stops it. */
export function watchSources(changed: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let again = false;
  const run = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    await changed();
    busy = false;
    if (again) {
      again = false;
      await run();
    }
  };
  const watchers = FOLDERS.map((folder) =>
    watch(path.join(ROOT, folder), { recursive: true }, (_event, name) => {
      // The build's own output lies below `web` too.
      if (name?.startsWith("dist") === true) return;
      clearTimeout(timer);
      timer = setTimeout(() => void run(), SETTLE_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
