/** The web edge in Cloudflare and locally. */
import { webEdge } from "./edge/answer.ts";

export default webEdge({ fetchKeys: (url, init) => fetch(url, init), now: () => Date.now() });
