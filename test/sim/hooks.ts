/** Node cannot load what only the runtime has; here it gets the stand-in. */
import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? next(new URL("../support/workers-module.ts", import.meta.url).href, context)
      : next(specifier, context),
});
