/** Asana in our own words. Bodies and limits: Asana REST 1.0. */
import type { AsanaEvent } from "../../core/intake/asana-events.ts";

export interface AsanaUser {
  readonly gid: string;
  readonly name: string;
  readonly email: string | null;
}

export interface AsanaCustomField {
  readonly name: string;
  /** The value as people see it; null when empty. */
  readonly displayValue: string | null;
}

/** A task as Jessie reads it. Every text in it is untrusted. */
export interface AsanaTask {
  readonly gid: string;
  readonly name: string;
  readonly notes: string;
  readonly completed: boolean;
  readonly assigneeGid: string | null;
  readonly createdBy: { readonly gid: string; readonly name: string } | null;
  readonly projectGids: readonly string[];
  readonly customFields: readonly AsanaCustomField[];
  readonly permalinkUrl: string | null;
  readonly modifiedAt: string;
}

/** A comment (story of subtype `comment_added`). Order of a list: as Asana answers it; sort by `createdAt`. */
export interface AsanaComment {
  readonly gid: string;
  readonly text: string;
  readonly htmlText: string;
  readonly authorGid: string | null;
  readonly authorName: string;
  readonly createdAt: string;
}

export interface AsanaAttachment {
  readonly gid: string;
  readonly name: string;
  readonly size: number | null;
}

/** Task of a project listing, enough to compare with the index. */
export interface AsanaTaskStub {
  readonly gid: string;
  readonly assigneeGid: string | null;
  readonly modifiedAt: string;
}

/**
 * Errors: RetryableError (429 with its Retry-After, 5xx, time-out, broken JSON), ConfigError `asana_unauthorised`
 * (401, 403), PermanentError otherwise, `lease_lost` for a write that no lease allows any more. Reads of a thing that is gone answer null. A write that timed out may have
 * happened: callers look for their marker before writing again.
 */
export interface AsanaPort {
  me(): Promise<AsanaUser>;
  task(gid: string): Promise<AsanaTask | null>;
  /** All comments of a task, paged fully. */
  comments(taskGid: string): Promise<readonly AsanaComment[] | null>;
  /** Posts `<body>…</body>` as a comment. */
  postComment(taskGid: string, html: string): Promise<AsanaComment>;
  editComment(storyGid: string, html: string): Promise<"edited" | "gone">;
  attachments(taskGid: string): Promise<readonly AsanaAttachment[]>;
  attach(taskGid: string, file: { name: string; mediaType: string; bytes: Uint8Array }): Promise<AsanaAttachment>;
  /** The stored bytes of an attachment, fetched through a fresh download address; null when it is gone. */
  download(attachmentGid: string): Promise<Uint8Array | null>;
  /** Incomplete tasks of a project, paged fully. */
  openTasks(projectGid: string): Promise<readonly AsanaTaskStub[]>;
}

/** A webhook of ours, with how its deliveries fare. Asana deletes one that failed for 24 hours. */
export interface AsanaWebhook {
  readonly gid: string;
  readonly target: string;
  readonly active: boolean;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  /** What the target answered; untrusted, as long as Asana keeps it. */
  readonly lastFailureContent: string | null;
  /** Repeats of the delivery that fails now. */
  readonly retryCount: number;
  /** When Asana will delete it unless a delivery succeeds before. */
  readonly deletionAt: string | null;
}

/** What happened since a sync token: a page, or that the token is lost and everything has to be compared. */
export type AsanaEventPage =
  | {
      readonly kind: "page";
      readonly events: readonly AsanaEvent[];
      /** The token for what comes after. */
      readonly sync: string;
      readonly hasMore: boolean;
    }
  | { readonly kind: "stale"; readonly sync: string };

/** How we hear of changes in Asana. Errors as `AsanaPort`. */
export interface AsanaWatchPort {
  /** Webhooks on a project that belong to the acting user. */
  webhooks(projectGid: string): Promise<readonly AsanaWebhook[]>;
  /** While this runs Asana asks the target for its handshake; a target that does not answer it is PermanentError. */
  createWebhook(projectGid: string, target: string): Promise<AsanaWebhook>;
  deleteWebhook(gid: string): Promise<"deleted" | "gone">;
  /** At most 100 events of a project after the token; null asks for a first token. The same token may be read again. */
  events(projectGid: string, sync: string | null): Promise<AsanaEventPage>;
}
