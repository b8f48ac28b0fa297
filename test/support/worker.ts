import { DurableObject } from "cloudflare:workers";

export class TeamAgentRun extends DurableObject {
  #seen = 0;
  async bump(): Promise<{ memory: number; stored: number }> {
    this.#seen += 1;
    const stored = ((await this.ctx.storage.get<number>("n")) ?? 0) + 1;
    await this.ctx.storage.put("n", stored);
    return { memory: this.#seen, stored };
  }
}
export class RunBoard extends DurableObject {}
export default {
  fetch: () => new Response("probe"),
  queue: () => {},
};
