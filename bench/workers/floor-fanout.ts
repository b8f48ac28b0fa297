/** Floor of *fan-out*: each event is stored and sent to every socket at once, one frame per event. */
import { DurableObject } from "cloudflare:workers";

export class FloorFanout extends DurableObject<BenchEnv> {
  constructor(ctx: DurableObjectState, env: BenchEnv) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, event TEXT NOT NULL)");
  }

  override async fetch(): Promise<Response> {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  event(summary: string): void {
    const row = { at: new Date().toISOString(), type: "step.done", summary };
    const { seq } = this.ctx.storage.sql
      .exec<{ seq: number }>("INSERT INTO events (event) VALUES (?) RETURNING seq", JSON.stringify(row))
      .one();
    const frame = JSON.stringify({ type: "event", event: { seq, ...row } });
    for (const socket of this.ctx.getWebSockets()) socket.send(frame);
  }
}
