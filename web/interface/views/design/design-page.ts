/** `/design`: the design language, each piece in all its states, light and dark. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";
import { ThemePicker } from "../theme.ts";
import { ControlSamples } from "./control-samples.ts";
import { FigureSamples } from "./figures-samples.ts";
import { Foundations } from "./foundations.ts";
import { StateSamples } from "./state-samples.ts";

/** The page. */
export default function DesignPage(_: { api: Api }): VNode {
  usePageTitle("Design language");
  return html`<div class="page design">
    <header class="page-head">
      <div><h1>Design language</h1><p class="page-lead">Every piece the panel is made of, in each state, in both themes</p></div>
      <${ThemePicker} name="design-theme" />
    </header>
    <h2>Foundations</h2><${Foundations} />
    <h2>Figures</h2><${FigureSamples} />
    <h2>Controls</h2><${ControlSamples} />
    <h2>States</h2><${StateSamples} />
  </div>`;
}
