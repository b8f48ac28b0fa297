/** Which process this code runs in: the same for everything that lives and dies together, another after each start. */
let own: string | null = null;

/** Made when it is first needed: a Worker may not draw chance while it loads. */
export function processId(): string {
  own ??= crypto.randomUUID();
  return own;
}
