/** Starts the panel in the browser. */
import { render } from "preact";
import { browserApi } from "./browser.ts";
import { html } from "./html.ts";
import { openSession } from "./state/session.ts";
import { Shell } from "./views/shell.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("The page lacks the element the panel lives in.");
void openSession(browserApi);
render(html`<${Shell} api=${browserApi} />`, root);
