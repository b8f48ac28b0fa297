/** Asana over HTTP. Facts: Asana REST 1.0 OpenAPI document and its rate-limit, errors and rich-text guides. */
import type * as v from "valibot";
import { PermanentError, RetryableError } from "../../core/errors.ts";
import { isGid } from "../../core/ids.ts";
import { type Call, exchange, type Transport } from "../../lib/http.ts";
import type { Upstream } from "../../lib/http-failure.ts";
import type { Secret } from "../secret.ts";
import { type AsanaClient, asanaClient } from "./client.ts";
import type { AsanaAttachment, AsanaComment, AsanaPort } from "./port.ts";
import {
  ATTACHMENT_FIELDS,
  AttachmentSchema,
  DownloadSchema,
  one,
  STORY_FIELDS,
  STUB_FIELDS,
  StorySchema,
  StubSchema,
  TASK_FIELDS,
  TaskSchema,
  toAttachment,
  toComment,
  toStub,
  toTask,
  toUser,
  USER_FIELDS,
  UserSchema,
} from "./reply.ts";

export const ASANA_BASE_URL = "https://app.asana.com/api/1.0";

export interface LiveAsanaOptions extends Transport {
  readonly baseUrl?: string;
  /** Personal access token of the acting user. */
  readonly token: Secret;
}

/** Asana's own limit on uploads. */
export const MAX_ATTACHMENT_BYTES = 100 * 1024 * 1024;
const DOWNLOAD_REFUSED = "asana_download_refused";

/** The download address leads to a file host: a refusal there says nothing about our credential. */
const FILE_HOST: Upstream = {
  code: "asana_download",
  label: "Asana file host",
  credential: "",
  explain: () => null,
  refine: ({ status, message }) =>
    status >= 500 || status === 429 ? null : new PermanentError(DOWNLOAD_REFUSED, message),
};

/** The Asana port over HTTP. One instance may be shared by concurrent calls; it holds no state. */
export function liveAsana(options: LiveAsanaOptions): AsanaPort {
  const client = asanaClient({ ...options, baseUrl: options.baseUrl ?? ASANA_BASE_URL });
  return {
    async me() {
      return toUser((await client.read("/users/me", { opt_fields: USER_FIELDS }, one(UserSchema))).data);
    },
    async task(gid) {
      const reply = await client.readOrNull(`/tasks/${ref(gid)}`, { opt_fields: TASK_FIELDS }, one(TaskSchema));
      return reply === null ? null : toTask(reply.data);
    },
    async comments(taskGid) {
      const stories = await client.list(`/tasks/${ref(taskGid)}/stories`, { opt_fields: STORY_FIELDS }, StorySchema);
      return stories === null ? null : stories.map(toComment).filter((comment) => comment !== null);
    },
    async postComment(taskGid, html) {
      const path = `/tasks/${ref(taskGid)}/stories`;
      const { data } = await client.write("POST", path, STORY_FIELDS, { html_text: html }, one(StorySchema));
      return ownComment(data);
    },
    async editComment(storyGid, html) {
      const body = { html_text: html };
      const path = `/stories/${ref(storyGid)}`;
      return (await client.writeOrNull("PUT", path, STORY_FIELDS, body, one(StorySchema))) === null ? "gone" : "edited";
    },
    async attachments(taskGid) {
      const query = { parent: ref(taskGid), opt_fields: ATTACHMENT_FIELDS };
      const attachments = await client.list("/attachments", query, AttachmentSchema);
      if (attachments === null) throw new PermanentError("asana_not_found", `There is no Asana task ${taskGid}.`);
      return attachments.map(toAttachment);
    },
    attach: (taskGid, file) => upload(client, ref(taskGid), file),
    download: (attachmentGid) => download(options, client, attachmentGid),
    async openTasks(projectGid) {
      // `now` leaves out every task completed before this moment, so only incomplete ones are listed.
      const query = { completed_since: "now", opt_fields: STUB_FIELDS };
      const stubs = await client.list(`/projects/${ref(projectGid)}/tasks`, query, StubSchema);
      if (stubs === null) throw new PermanentError("asana_not_found", `There is no Asana project ${projectGid}.`);
      return stubs.filter((stub) => !stub.completed).map(toStub);
    },
  };
}

/** A gid that goes into a path; anything else would address something we did not mean. */
export function ref(gid: string): string {
  if (!isGid(gid)) throw new PermanentError("asana_bad_gid", "An Asana gid must be digits.");
  return gid;
}

function ownComment(raw: v.InferOutput<typeof StorySchema>): AsanaComment {
  const comment = toComment({ ...raw, resource_subtype: raw.resource_subtype ?? "comment_added" });
  if (comment !== null) return comment;
  throw new PermanentError("asana_unexpected_reply", `Asana made story ${raw.gid}, but not as a comment.`);
}

async function upload(
  client: AsanaClient,
  parent: string,
  file: { name: string; mediaType: string; bytes: Uint8Array },
): Promise<AsanaAttachment> {
  if (file.bytes.byteLength > MAX_ATTACHMENT_BYTES) {
    throw new PermanentError("asana_attachment_too_large", `${file.name} is larger than the 100 MB Asana takes.`);
  }
  const form = new FormData();
  form.append("parent", parent);
  form.append("file", new Blob([new Uint8Array(file.bytes)], { type: file.mediaType }), headerFileName(file.name));
  return toAttachment((await client.form("/attachments", ATTACHMENT_FIELDS, form, one(AttachmentSchema))).data);
}

/** Asana wants a name with non-ASCII characters URL-encoded in `filename`; a plain one goes as it is. */
function headerFileName(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}

/** Addresses live two minutes, so one that is refused is asked for again, once. */
async function download(options: LiveAsanaOptions, client: AsanaClient, gid: string): Promise<Uint8Array | null> {
  for (let tried = 1; ; tried++) {
    const found = await client.readOrNull(
      `/attachments/${ref(gid)}`,
      { opt_fields: "download_url" },
      one(DownloadSchema),
    );
    if (found === null) return null;
    const address = found.data.download_url;
    // Files that live with Box or Vimeo have no address of their own.
    if (address === null)
      throw new PermanentError("asana_no_download", `Asana offers no download of attachment ${gid}.`);
    try {
      return await fetchFile(options, address);
    } catch (error) {
      if (!(error instanceof PermanentError) || error.code !== DOWNLOAD_REFUSED) throw error;
      if (tried > 1) throw new RetryableError(DOWNLOAD_REFUSED, error.message);
    }
  }
}

/** The bytes behind a download address, which is signed: our token does not belong there, nor the address in a message. */
function fetchFile(options: LiveAsanaOptions, address: string): Promise<Uint8Array> {
  const call: Call = {
    method: "GET",
    baseUrl: "",
    path: "(attachment)",
    address,
    headers: {},
    repeatable: true,
    followRedirects: true,
    maxBytes: MAX_ATTACHMENT_BYTES,
  };
  return exchange(options, FILE_HOST, call, (reply) => reply.bytes);
}
