/** Starts the panel in the browser. */
import { render } from "preact";
import { Api } from "./api.ts";
import { html } from "./html.ts";
import { openSession } from "./state/session.ts";
import { Shell } from "./views/shell.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("The page lacks the element the panel lives in.");
const api = new Api((path, init) => fetch(path, init));
void openSession(api);
render(html`<${Shell} api=${api} />`, root);
