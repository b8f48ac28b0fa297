/** The part of Node's crypto that workerd has too (`nodejs_compat`) and that is used here: a digest without waiting. */
declare module "node:crypto" {
  export function createHash(algorithm: "sha256"): {
    update(text: string, encoding: "utf8"): { digest(encoding: "hex"): string };
  };
}
