import type { Plugin } from "vite";

/** Imports of `*.md` give the file's text, as the `rules` of `wrangler.jsonc` do for the deployed Worker. */
export function markdownAsText(): Plugin {
  return {
    name: "markdown-as-text",
    transform(code, id) {
      if (!id.endsWith(".md")) return null;
      return { code: `export default ${JSON.stringify(code)};`, map: null };
    },
  };
}
