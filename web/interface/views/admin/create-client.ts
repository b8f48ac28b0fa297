/** A new client, by its name; what it is made of comes after. */
import type { VNode } from "preact";
import { useLocation } from "preact-iso/router";
import type { Problem } from "../../../../src/core/wire.ts";
import type { ClientView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { addClient } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { clientPath } from "../../state/admin-paths.ts";
import { Dialog } from "../ui/dialog.ts";
import { TextField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import type { Known } from "./admin-page.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";

interface NameForm {
  readonly name: string;
}

const shelf = new Shelf<ClientView | null, NameForm>();

/** What a name of a client is refused for. */
export function nameErrors(problem: Problem): Readonly<Record<string, string>> {
  return issuesByField(problem.issues, ["name"]);
}

export function CreateClient({ api, known, close }: { api: Api; known: Known; close: () => void }): VNode {
  const { route } = useLocation();
  const spec: FormSpec<ClientView | null, NameForm> = {
    read: () => ({ name: "" }),
    version: () => 0,
    check: ({ name }) => (name.trim() === "" ? { name: "A client needs a name." } : {}),
    send: ({ name }) => addClient(api, { name: name.trim() }),
    merge: (form) => form,
    errors: nameErrors,
    saved(client) {
      if (client === null) return;
      known.clientChanged(client);
      tell(`${client.name} is created.`);
      route(`${clientPath(client.clientId)}?new=unit`);
    },
  };
  const draft = useDraft(shelf, { key: "new", label: "A new client" }, null, spec);
  const { form, errors } = draft.state.value;
  const cancel = (): void => {
    draft.discard();
    close();
  };
  return html`<${Dialog} title="Create a client" open=${true} close=${close}>
    <${DraftForm} draft=${draft} label="Create a client" submit="Create client" cancel=${cancel}>
      <${TextField} id="client-name" label="Name" required=${true} autofocus=${true} maxlength=${120} value=${form.name} error=${errors.name}
        hint="As people here call it. It can be changed later; its address stays." change=${(name: string) => draft.set({ name })} />
    <//>
  <//>`;
}
