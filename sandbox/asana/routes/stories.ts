/** Stories and attachments of tasks. */
import * as v from "valibot";
import type { SimReply, SimRoute } from "../../kit/upstream.ts";
import { apiRoute, type Call, list, nothing, one, param, readData } from "../api.ts";
import { attachFile, deleteAttachment } from "../attachments.ts";
import { DOWNLOAD_PREFIX, readToken } from "../downloads.ts";
import { parseMultipart } from "../multipart.ts";
import type { AttachmentRecord, StoryRecord, TaskRecord } from "../records.ts";
import { badRequest, found } from "../refusals.ts";
import { addComment, deleteComment, editComment } from "../stories.ts";
import { attachmentView, storyView } from "../views.ts";
import type { World } from "../world.ts";

const Comment = v.object({
  text: v.optional(v.string()),
  html_text: v.optional(v.string()),
  is_pinned: v.optional(v.boolean()),
});

/** Routes of comments, system stories and files. */
export function storyRoutes(world: World): readonly SimRoute[] {
  return [
    apiRoute(world, "GET", "/tasks/:gid/stories", (call) =>
      list(call, world.stories.group(task(call, param(call, "gid")).gid), (story) => storyView(call.viewer, story)),
    ),
    apiRoute(world, "POST", "/tasks/:gid/stories", (call) => {
      const posted = addComment(world, call.actor, task(call, param(call, "gid")), readData(call, Comment));
      return one(call, storyView(call.viewer, posted), 201);
    }),
    apiRoute(world, "GET", "/stories/:gid", (call) => one(call, storyView(call.viewer, story(call)))),
    apiRoute(world, "PUT", "/stories/:gid", (call) =>
      one(call, storyView(call.viewer, editComment(world, call.actor, story(call), readData(call, Comment)))),
    ),
    apiRoute(world, "DELETE", "/stories/:gid", (call) => {
      deleteComment(world, call.actor, story(call));
      return nothing();
    }),
    apiRoute(world, "POST", "/attachments", upload),
    apiRoute(world, "GET", "/attachments", (call) => {
      const parent = call.query.get("parent");
      if (parent === null) throw badRequest("parent: Missing input");
      return list(call, world.attachments.group(task(call, parent).gid), (item) => attachmentView(call.viewer, item));
    }),
    apiRoute(world, "GET", "/attachments/:gid", (call) => one(call, attachmentView(call.viewer, attachment(call)))),
    apiRoute(world, "DELETE", "/attachments/:gid", (call) => {
      deleteAttachment(world, call.actor, attachment(call));
      return nothing();
    }),
  ];
}

/** The download address, outside the API and open to whoever has it while it lives. */
export function downloadRoute(world: World): SimRoute {
  return {
    method: "GET",
    pattern: `${DOWNLOAD_PREFIX}:token`,
    handler: (request) => {
      const claim = readToken(world, request.params.token ?? "");
      if (claim === "expired") return storageRefusal(403, "AccessDenied", "Request has expired");
      if (claim === "invalid") return storageRefusal(403, "SignatureDoesNotMatch", "The signature does not match");
      const record = world.attachments.get(claim.gid);
      const bytes = world.readFile(claim.gid);
      if (record === undefined || bytes === null) return storageRefusal(404, "NoSuchKey", "The file does not exist");
      return {
        status: 200,
        headers: {
          "Content-Type": record.mediaType,
          "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(record.name)}`,
          "Content-Security-Policy": "sandbox; default-src 'none'",
          "X-Content-Type-Options": "nosniff",
        },
        body: bytes,
      };
    },
  };
}

/** File storage is not Asana's API and answers in XML. */
function storageRefusal(status: number, code: string, message: string): SimReply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "Content-Type": "application/xml" }, body };
}

function upload(call: Call): SimReply {
  const parts = parseMultipart(call.request.headers["content-type"] ?? "", call.request.body);
  const parent = parts.get("parent")?.bytes.toString("utf8");
  if (parent === undefined) throw badRequest("parent: Missing input");
  if (parts.get("resource_subtype")?.bytes.toString("utf8") === "external") {
    throw badRequest("resource_subtype: The sandbox stores files only");
  }
  const file = parts.get("file");
  if (file === undefined || file.fileName === null) throw badRequest("file: Missing input");
  const name = parts.get("name")?.bytes.toString("utf8") ?? file.fileName;
  const stored = attachFile(call.world, call.actor, task(call, parent), {
    name,
    mediaType: file.mediaType,
    bytes: file.bytes,
  });
  return one(call, attachmentView(call.viewer, stored));
}

function task(call: Call, gid: string): TaskRecord {
  return found(call.world.tasks.get(gid), "task", gid);
}

function story(call: Call): StoryRecord {
  const gid = param(call, "gid");
  return found(call.world.stories.get(gid), "story", gid);
}

function attachment(call: Call): AttachmentRecord {
  const gid = param(call, "gid");
  return found(call.world.attachments.get(gid), "attachment", gid);
}
