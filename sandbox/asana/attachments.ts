/** Files on tasks. */
import { emit, reference, scopesOf } from "./events.ts";
import type { AttachmentRecord, TaskRecord, UserRecord } from "./records.ts";
import { badRequest, forbidden } from "./refusals.ts";
import { addSystemStory } from "./stories.ts";
import type { World } from "./world.ts";

/** Asana's limit for one attachment. */
export const MAX_ATTACHMENT = 100 * 1024 * 1024;

/** Stores a file on a task. */
export function attachFile(
  world: World,
  actor: UserRecord,
  task: TaskRecord,
  file: { readonly name: string; readonly mediaType: string; readonly bytes: Buffer },
): AttachmentRecord {
  if (file.bytes.length > MAX_ATTACHMENT) throw badRequest("file: Attachments must be at most 100 MB");
  return world.change(() => {
    const attachment: AttachmentRecord = {
      gid: world.newGid(),
      task: task.gid,
      name: file.name,
      size: file.bytes.length,
      mediaType: file.mediaType,
      createdAt: world.now(),
      createdBy: actor.gid,
    };
    world.saveFile(attachment.gid, file.bytes);
    world.attachments.put(attachment);
    emit(world, {
      user: actor.gid,
      action: "added",
      resource: reference.attachment(attachment.gid),
      parent: reference.task(task.gid),
      scopes: scopesOf(task),
    });
    const text = `${actor.name} attached ${attachment.name}`;
    addSystemStory(world, task, { subtype: "attachment_added", text, createdBy: actor.gid });
    return attachment;
  });
}

/** Deletes one's own attachment with its bytes. */
export function deleteAttachment(world: World, actor: UserRecord, attachment: AttachmentRecord): void {
  if (attachment.createdBy !== actor.gid) throw forbidden("You can only delete your own attachments");
  world.change(() => {
    world.attachments.remove(attachment.gid);
    world.removeFile(attachment.gid);
    const task = world.tasks.get(attachment.task);
    if (task === undefined) return;
    const resource = reference.attachment(attachment.gid);
    emit(world, { user: actor.gid, action: "deleted", resource, scopes: scopesOf(task) });
  });
}
