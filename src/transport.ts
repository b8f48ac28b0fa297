/** The world as live ports are lent it. */

export const transport = {
  // Bound to nothing: workerd refuses a fetch that is called as somebody's method.
  fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  now: () => new Date(),
};
