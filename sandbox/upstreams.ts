/** Every upstream of the sandbox; the next one is one folder and one line here. */
import { asana } from "./asana/upstream.ts";
import type { Upstream } from "./kit/upstream.ts";

export const upstreams: readonly Upstream[] = [asana];
