/** Staff that Jessie cannot recognise. */
import type { VNode } from "preact";
import type { StaffUser } from "../../../../src/core/wire-registry.ts";
import { html } from "../../html.ts";
import { mayDo } from "../../state/session.ts";
import { Badge } from "../ui/badge.ts";

/** Says of somebody that Jessie does not know them yet, and where that is set. */
export function Unmapped({ user }: { user: StaffUser | undefined }): VNode | null {
  if (user === undefined || user.asanaUserGid !== null) return null;
  const badge = html`<${Badge} tone="wait" title="Jessie recognises staff by their Asana user.">No Asana user<//>`;
  const path = `/admin/users?user=${encodeURIComponent(user.userId)}`;
  return html`${badge}${mayDo("users.write") && html` <a href=${path}>Set it<span class="sr-only"> for ${user.name}</span></a>`}`;
}
