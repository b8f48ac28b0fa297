/** Path patterns of routes and faults. */

/** Finds the parameters of a path, or null when the path is another one. */
export type PathMatcher = (path: string) => Readonly<Record<string, string>> | null;

const TOKEN = /\\:|:([A-Za-z]\w*)|[^\\:]+|\\/g;

/**
 * Compiles `/tasks/:gid/stories`. A `:name` takes one segment or the part of it before the text that follows; `\:` is a
 * literal colon. Slashes count, also the last one. A parameter that is not valid percent-encoding does not match.
 */
export function compilePattern(pattern: string): PathMatcher {
  const names: string[] = [];
  const source = [...pattern.matchAll(TOKEN)]
    .map(([token, name]) => {
      if (name === undefined) return token === "\\:" ? ":" : token.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
      names.push(name);
      return "([^/]+?)";
    })
    .join("");
  const expression = new RegExp(`^${source}$`);
  return (path) => {
    const found = expression.exec(path);
    if (found === null) return null;
    try {
      return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]));
    } catch {
      return null;
    }
  };
}
