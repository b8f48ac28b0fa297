/** Starts the panel in the browser. */
import { render } from "preact";
import { browserApi, browserLink, onReturn } from "./browser.ts";
import { html } from "./html.ts";
import { openSession } from "./state/session.ts";
import { Shell } from "./views/shell.ts";
import { themeChoice } from "./views/theme.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("The page lacks the element the panel lives in.");
themeChoice.start();
onReturn(openSession(browserApi, browserLink.clock));
render(html`<${Shell} api=${browserApi} />`, root);
