/** Stands in for `cloudflare:workers` where actors run in Node: the base class and the one global they construct. */

export class DurableObject<E> {
  protected readonly ctx: unknown;
  protected readonly env: E;
  constructor(ctx: unknown, env: E) {
    this.ctx = ctx;
    this.env = env;
  }
}

/** Of the runtime; an actor hands one over and never looks at it. */
class RequestResponsePair {
  readonly request: string;
  readonly response: string;
  constructor(request: string, response: string) {
    this.request = request;
    this.response = response;
  }
}

Object.assign(globalThis, { WebSocketRequestResponsePair: RequestResponsePair });
