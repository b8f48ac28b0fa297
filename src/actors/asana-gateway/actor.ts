/**
 * The one door to Asana for everybody who uses the same token. Who may call next is decided in `core/gateway`; this shell
 * holds the requests, checks the lease of a write right before it leaves, and passes bodies on as they come. The token is
 * only ever in the request that carries it.
 */
import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { Bucket, levelAfterStart } from "../../core/gateway/bucket.ts";
import { BROKEN, collect, LEASE_LOST, type Passport } from "../../core/gateway/passport.ts";
import { ASANA_LIMITS, type GatewayLimits, Schedule, type Ticket, type Turned } from "../../core/gateway/schedule.ts";
import { retryAfterMs } from "../../lib/http-failure.ts";
import { log } from "../../lib/log.ts";
import { isMigrated, migrate } from "../../lib/migrate.ts";
import { parseRow } from "../../lib/rows.ts";
import { GATEWAY_MIGRATIONS } from "./migrations.ts";

/** The outside of the gateway; composed in `worker.ts`, faked in tests. */
export interface GatewayDeps {
  /** Calls the token may make in a minute. */
  readonly perMinute: number;
  /** An answer is waited for this long, as its caller does: a place held any longer is held for nobody. */
  readonly patienceMs: Readonly<Record<Ticket["kind"], number>>;
  /** True while that epoch holds the lease of the task's run. */
  holds(taskGid: string, epoch: number): Promise<boolean>;
  fetch(request: Request): Promise<Response>;
  now(): number;
}

const Row = v.object({ paused_until: v.number(), low_until: v.number() });

/** Asana says how long to wait; where it does not, this long. */
const PAUSE_MS = 5_000;
/** And never longer than this, however much it asks for: a pause is for everybody, and nobody could lift it. */
const LONGEST_PAUSE_MS = 15 * 60_000;
/** While calls are scarce that is written down this often, so that a start afresh does not believe in a full bucket. */
const NOTE_EVERY_MS = 1_000;

interface Call extends Ticket {
  readonly passport: Passport;
  /** null: it leaves now. */
  readonly go: (turned: Turned | null) => void;
  /** Hangs up when no answer comes; cleared with the end of the call, or it would keep this object awake. */
  patience?: ReturnType<typeof setTimeout>;
}

interface Desk {
  readonly schedule: Schedule<Call>;
  readonly bucket: Bucket;
  lowUntil: number;
  pausedUntil: number;
}

export abstract class AsanaGatewayActor<E> extends DurableObject<E> {
  readonly #sql: SqlStorage;
  #desk: Desk | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: DurableObjectState, env: E) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    if (!isMigrated(this.#sql)) ctx.storage.transactionSync(() => migrate(this.#sql, GATEWAY_MIGRATIONS));
  }

  protected abstract deps(): GatewayDeps;

  /** Where everybody waits; made on first use, from what was written down before memory was lost. */
  #open(): Desk {
    if (this.#desk !== null) return this.#desk;
    const { perMinute, now } = this.deps();
    const limits: GatewayLimits = { ...ASANA_LIMITS, perMinute };
    const row = this.#sql.exec("SELECT paused_until, low_until FROM gateway").toArray()[0];
    const kept = row === undefined ? null : parseRow(Row, row, "gateway row");
    const bucket = new Bucket(limits, now(), levelAfterStart(limits, kept?.low_until ?? null, now()));
    const schedule = new Schedule<Call>(limits, bucket);
    const pausedUntil = kept?.paused_until ?? 0;
    schedule.pause(pausedUntil);
    this.#desk = { schedule, bucket, lowUntil: kept?.low_until ?? 0, pausedUntil };
    return this.#desk;
  }

  /** One call to Asana: waits for its turn, leaves, and is answered as Asana answers. */
  override async fetch(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    const passport = collect(headers);
    const kind = request.method === "GET" ? "read" : "write";
    const { promise, resolve } = Promise.withResolvers<Turned | null>();
    const { client, taskGid } = passport;
    const call: Call = { kind, client, lane: taskGid, passport, go: resolve };
    const turned = this.#open().schedule.offer(call, this.deps().now());
    if (turned !== null) return refused(turned);
    this.#pump();
    const late = await promise;
    if (late !== null) return refused(late);
    // Without an end of its own a call that Asana never answers would hold its place for ever.
    const line = new AbortController();
    call.patience = setTimeout(() => line.abort(), this.deps().patienceMs[kind]);
    return this.#send(call, new Request(request, { headers, redirect: "manual", signal: line.signal }));
  }

  async #send(call: Call, request: Request): Promise<Response> {
    const barred = await this.#barred(call.passport);
    if (barred !== null) {
      this.#done(call);
      return barred;
    }
    try {
      const answer = await this.deps().fetch(request);
      if (answer.status === 429) this.#slowDown(answer);
      if (call.kind === "read") return this.#relay(call, answer);
      // Read whole: who sent it may be gone, and then nobody would take its answer out of a stream.
      const whole = answer.body === null ? answer : new Response(await answer.arrayBuffer(), answer);
      this.#done(call);
      return whole;
    } catch {
      this.#done(call);
      return new Response(null, { status: 502, headers: { [BROKEN]: "1" } });
    }
  }

  /** Why the call may not leave: its lease is over, or nobody can say. */
  async #barred({ taskGid, epoch }: Passport): Promise<Response | null> {
    if (epoch === null || taskGid === null) return null;
    try {
      return (await this.deps().holds(taskGid, epoch)) ? null : leaseLost();
    } catch {
      return answerOf(503, { errors: [{ message: "The run did not say whether the lease holds; nothing was sent." }] });
    }
  }

  /** Passes the answer to a read on piece by piece; the call is over when its last byte is through, or when nobody reads on. */
  #relay(call: Call, answer: Response): Response {
    if (answer.body === null) {
      this.#done(call);
      return answer;
    }
    const { readable, writable } = new IdentityTransformStream();
    const over = () => this.#done(call);
    void answer.body.pipeTo(writable).then(over, over);
    return new Response(readable, answer);
  }

  #done(call: Call): void {
    clearTimeout(call.patience);
    this.#open().schedule.done(call);
    this.#pump();
  }

  /** Asana wants silence: everybody keeps it, also after this object was moved. */
  #slowDown(answer: Response): void {
    const now = this.deps().now();
    const asked = retryAfterMs(answer.headers.get("retry-after"), new Date(now)) ?? PAUSE_MS;
    const wait = Math.min(asked, LONGEST_PAUSE_MS);
    const desk = this.#open();
    desk.schedule.pause(now + wait);
    desk.pausedUntil = Math.max(desk.pausedUntil, now + wait);
    this.#note(desk);
    log.warn("asana_gateway.rate_limited", { waitMs: wait, waiting: desk.schedule.waiting });
  }

  /** Lets go whoever may leave, turns away who waited too long, and sets the clock for the next look. */
  #pump(): void {
    const desk = this.#open();
    const now = this.deps().now();
    for (let call = desk.schedule.next(now); call !== null; call = desk.schedule.next(now)) call.go(null);
    for (const { ticket, turned } of desk.schedule.expired(now)) ticket.go(turned);
    if (desk.bucket.isLow(now) && now >= desk.lowUntil) {
      desk.lowUntil = now + NOTE_EVERY_MS;
      this.#note(desk);
    }
    clearTimeout(this.#timer);
    const wake = desk.schedule.wakeAt(now);
    if (wake !== null) this.#timer = setTimeout(() => this.#pump(), Math.max(1, wake - now));
  }

  #note(desk: Desk): void {
    this.#sql.exec(
      `INSERT INTO gateway (id, paused_until, low_until) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET paused_until = excluded.paused_until, low_until = excluded.low_until`,
      desk.pausedUntil,
      desk.lowUntil,
    );
  }
}

const WORDS: Readonly<Record<Turned["reason"], string>> = {
  full: "Too many calls wait for Asana already; this one was not made.",
  paused: "Asana asked for a pause; this call was not made.",
  waited: "This call waited for its turn too long; it was not made.",
};

/** In the shape of Asana's own refusals, so that a port reads it like any other. */
function refused({ reason, retryAfterMs: wait }: Turned): Response {
  const headers = { "retry-after": String(Math.ceil(wait / 1_000)) };
  return answerOf(reason === "full" ? 503 : 429, { errors: [{ message: WORDS[reason] }] }, headers);
}

function leaseLost(): Response {
  const message = "The lease of this attempt is over; nothing was written.";
  return answerOf(409, { errors: [{ message }], code: LEASE_LOST });
}

function answerOf(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
