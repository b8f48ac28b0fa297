/** Asana in our own words. Bodies and limits: Asana REST 1.0. */

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
