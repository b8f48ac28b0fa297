/** The Asana of a simulation: the contract-tested fake, seen through a line that breaks, with a count of every write. */
import { fakeAsana } from "../../src/ports/asana/fake.ts";
import type { AsanaComment, AsanaPort } from "../../src/ports/asana/port.ts";
import { INTAKE, JESSIE } from "../support/run-cases.ts";
import type { Caller, Door, Line } from "./line.ts";

/** The mark at the end of a comment of ours. */
const MARK = /\[jessie:(\d+):([\w-]+)\]\s*$/u;

export interface AsanaWatch {
  /** A person, or the world, sees a write of ours at the moment it happens. */
  violated(what: string): void;
  /** The task is read: from here on nothing that was reported before is owed. */
  looked(taskGid: string): void;
}

/** Monday to Friday, nine to five in Dublin, which keeps UTC in winter, and some minutes for a word that was on its way. */
function atWork(at: number): boolean {
  const [day, hour] = [new Date(at).getUTCDay(), (at / 3_600_000) % 24];
  return day >= 1 && day <= 5 && hour >= 9 && hour < 17.2;
}

export class SimAsana {
  readonly fake;
  readonly #line: Line;
  readonly #watch: AsanaWatch;
  readonly #now: () => number;
  readonly #change: (port: AsanaPort) => AsanaPort;
  /** Things of ours on the far side, by what must be there once: gid of the one that lies there now. */
  readonly #there = new Map<string, string>();
  /** All that ever lay there. */
  readonly #ever = new Set<string>();
  /** Files whose bytes an attempt of ours has read from the task. */
  readonly #readBack = new Set<string>();
  writes = 0;

  constructor(line: Line, change: (port: AsanaPort) => AsanaPort, now: () => number, watch: AsanaWatch) {
    this.#line = line;
    this.#change = change;
    this.#watch = watch;
    this.#now = now;
    this.fake = fakeAsana({ me: { ...JESSIE, email: null }, now: () => new Date(now()), projectGids: [INTAKE] });
  }

  /** The port as one process of ours sees it; `door` is what the gateway asks before a write leaves. */
  portOf(caller: Caller, door: Door | null = null): AsanaPort {
    const { fake } = this;
    const call = <T>(verb: string, work: () => Promise<T>) => this.#line.call(caller, "asana", verb, work);
    const write = <T>(verb: string, work: () => Promise<T>) => this.#line.call(caller, "asana", verb, work, { door });
    return this.#change({
      me: () => call("me", () => fake.me()),
      task: (gid) =>
        call(`task ${gid}`, () => {
          this.#watch.looked(gid);
          return fake.task(gid);
        }),
      comments: (gid) => call(`comments ${gid}`, () => fake.comments(gid)),
      postComment: (gid, html) =>
        write(`postComment ${gid}`, async () => {
          const posted = await fake.postComment(gid, html);
          const mark = MARK.exec(posted.text);
          if (mark === null) this.#watch.violated(`a comment of ours carries no mark: ${posted.text}`);
          this.#once(`comment ${gid}/${mark?.[2]}`, posted.gid);
          return posted;
        }),
      editComment: (gid, html) => write(`editComment ${gid}`, () => fake.editComment(gid, html)),
      attachments: (gid) => call(`attachments ${gid}`, () => fake.attachments(gid)),
      attach: (gid, file) =>
        write(`attach ${gid} ${file.name}`, async () => {
          const attached = await fake.attach(gid, file);
          this.#once(`attachment ${gid}/${file.name}`, attached.gid);
          return attached;
        }),
      download: (gid) =>
        call(`download ${gid}`, async () => {
          const bytes = await fake.download(gid);
          if (bytes !== null) this.#readBack.add(gid);
          return bytes;
        }),
      openTasks: (gid) => call(`openTasks ${gid}`, () => fake.openTasks(gid)),
    });
  }

  /** A write of which only one may lie on the far side; a second is fine only after a person deleted the first. */
  #once(what: string, gid: string): void {
    this.writes += 1;
    if (/\/reminder-/u.test(what) && !atWork(this.#now())) this.#watch.violated(`${what} came when nobody is at work`);
    const before = this.#there.get(what);
    if (before !== undefined) this.#watch.violated(`${what} is on the task twice: ${before} and ${gid}`);
    this.#there.set(what, gid);
    this.#ever.add(what);
  }

  /** Whether a comment of ours was on the task, though a person may have deleted it since. */
  wasPosted(taskGid: string, key: string): boolean {
    return this.#ever.has(`comment ${taskGid}/${key}`);
  }

  isReadBack(attachmentGid: string): boolean {
    return this.#readBack.has(attachmentGid);
  }

  /** Comments of people on a task, as they lie there. */
  humanComments(taskGid: string, jessieUserGid: string): readonly AsanaComment[] {
    return this.fake.commentsOn(taskGid).filter((comment) => comment.authorGid !== jessieUserGid);
  }

  /** A person deletes a comment or a file of ours. Answers its name, null when there is none to delete. */
  deleteOne(kind: "comment" | "attachment", taskGid: string, nth: number): string | null {
    const own = [...this.#there].filter(([what]) => what.startsWith(`${kind} ${taskGid}/`));
    const [what, gid] = own[nth % Math.max(1, own.length)] ?? [];
    if (what === undefined || gid === undefined) return null;
    this.#there.delete(what);
    if (kind === "comment") this.fake.removeComment(gid);
    else this.fake.removeAttachment(gid);
    return what;
  }
}
