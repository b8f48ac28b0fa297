/** From the board to the list of all runs and back, with what is looked for. */
import type { VNode } from "preact";
import { html } from "../html.ts";
import { boardPath, searchPath } from "../state/search.ts";
import { Tabs } from "./ui/tabs.ts";

/** The two ways to look at runs. */
export function RunTabs({ current, query }: { current: "board" | "all"; query: string }): VNode {
  const tabs = [
    { href: boardPath(query), label: "Board", current: current === "board" },
    { href: searchPath(query), label: "All runs", current: current === "all" },
  ];
  return html`<${Tabs} label="Runs" tabs=${tabs} />`;
}
