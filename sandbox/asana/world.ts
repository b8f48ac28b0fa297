/** The Asana workspace of the demo agency: all records, ids and the one way to change them. */
import { randomBytes } from "node:crypto";
import type { SimContext } from "../kit/upstream.ts";
import { type Collection, collection, type UndoLog } from "./collection.ts";
import type {
  AttachmentRecord,
  CustomFieldRecord,
  EventRecord,
  PendingRecord,
  ProjectRecord,
  SectionRecord,
  StoryRecord,
  TaskRecord,
  UserRecord,
  WebhookRecord,
} from "./records.ts";

export interface World {
  readonly context: SimContext;
  readonly users: Collection<UserRecord>;
  readonly projects: Collection<ProjectRecord>;
  readonly sections: Collection<SectionRecord>;
  readonly customFields: Collection<CustomFieldRecord>;
  readonly tasks: Collection<TaskRecord>;
  /** Grouped by task. */
  readonly stories: Collection<StoryRecord>;
  /** Grouped by task. */
  readonly attachments: Collection<AttachmentRecord>;
  readonly webhooks: Collection<WebhookRecord>;
  /** Events the webhooks still have to deliver, grouped by webhook. */
  readonly pending: Collection<PendingRecord>;
  /** The last events, for `GET /events`. */
  readonly events: Collection<EventRecord>;
  /** Key of download addresses and paging tokens. */
  readonly key: string;
  /** Now, as Asana writes it. */
  now(): string;
  /** A fresh gid, larger than all before it. */
  newGid(): string;
  /** The next number of a named counter, from 1. */
  next(counter: string): number;
  saveFile(gid: string, bytes: Buffer): void;
  readFile(gid: string): Buffer | null;
  removeFile(gid: string): void;
  /** Does all of `work` or nothing; then tells the listeners. */
  change<T>(work: () => T): T;
  /** Called after every change. */
  onChange(listener: () => void): void;
  /** Grows with every change since start; pages poll it. */
  version(): number;
}

/** Gids of things made at run time begin here, above those of the seed. */
const FIRST_GID = 1_200_000_000_001_000;

const worlds = new WeakMap<SimContext, World>();

/** The world of a context; loaded from its state the first time. */
export function worldOf(context: SimContext): World {
  const known = worlds.get(context);
  if (known !== undefined) return known;
  const world = openWorld(context);
  worlds.set(context, world);
  return world;
}

function openWorld(context: SimContext): World {
  const { state } = context;
  const undo: UndoLog = [];
  const listeners: (() => void)[] = [];
  let version = 0;
  const parts = (prefix: string) => ({ state, prefix, undo });
  const next = (counter: string) => {
    const value = (state.get<number>(`counter/${counter}`) ?? 0) + 1;
    state.set(`counter/${counter}`, value);
    return value;
  };
  return {
    context,
    users: collection<UserRecord>(parts("user/")),
    projects: collection<ProjectRecord>(parts("project/")),
    sections: collection<SectionRecord>(parts("section/")),
    customFields: collection<CustomFieldRecord>(parts("custom_field/")),
    tasks: collection<TaskRecord>(parts("task/")),
    stories: collection<StoryRecord>({ ...parts("story/"), groupOf: (story) => story.task }),
    attachments: collection<AttachmentRecord>({ ...parts("attachment/"), groupOf: (attachment) => attachment.task }),
    webhooks: collection<WebhookRecord>(parts("webhook/")),
    pending: collection<PendingRecord>({ ...parts("pending/"), groupOf: (pending) => pending.webhook }),
    events: collection<EventRecord>(parts("event/")),
    key: keyOf(context),
    now: () => context.now().toISOString(),
    newGid: () => String(FIRST_GID + next("gid")),
    next,
    saveFile: (gid, bytes) => state.set(`file/${gid}`, bytes.toString("base64")),
    readFile: (gid) => {
      const text = state.get<string>(`file/${gid}`);
      return text === undefined ? null : Buffer.from(text, "base64");
    },
    removeFile: (gid) => state.delete(`file/${gid}`),
    change: (work) => {
      undo.length = 0;
      try {
        const result = state.transaction(work);
        version += 1;
        for (const listener of listeners) listener();
        return result;
      } catch (error) {
        for (const step of undo.reverse()) step();
        throw error;
      } finally {
        undo.length = 0;
      }
    },
    onChange: (listener) => void listeners.push(listener),
    version: () => version,
  };
}

function keyOf(context: SimContext): string {
  const stored = context.state.get<string>("key");
  if (stored !== undefined) return stored;
  const fresh = randomBytes(32).toString("hex");
  context.state.set("key", fresh);
  return fresh;
}
