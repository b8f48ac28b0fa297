/** The two halves of the administration. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import { Tabs } from "../ui/tabs.ts";

export function AdminNav({ current }: { current: "clients" | "users" }): VNode {
  return html`<${Tabs} label="Administration" tabs=${[
    { href: "/admin/clients", label: "Clients", current: current === "clients" },
    { href: "/admin/users", label: "Users", current: current === "users" },
  ]} />`;
}
