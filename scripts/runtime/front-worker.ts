/**
 * What Cloudflare does in front of a Worker and workerd alone does not: it compresses. Locally this Worker stands before the web
 * edge, so that what is measured on one's own machine weighs what it will weigh.
 */

/** A Worker that is called through a binding. */
interface Answerer {
  fetch(request: Request): Promise<Response>;
}

/** Types Cloudflare compresses, as far as we serve them; fonts and pictures are small already. */
const COMPRESSIBLE = /^(text\/|application\/(javascript|json|problem\+json)|image\/svg\+xml)/;

function encodingFor(request: Request): "br" | "gzip" | null {
  const accepted = request.headers.get("accept-encoding") ?? "";
  if (/\bbr\b/.test(accepted)) return "br";
  return /\bgzip\b/.test(accepted) ? "gzip" : null;
}

export default {
  async fetch(request: Request, env: { readonly EDGE: Answerer }): Promise<Response> {
    const response = await env.EDGE.fetch(request);
    const encoding = encodingFor(request);
    // A part of a file stays the bytes that were asked for.
    const plain = response.body === null || response.status === 206 || response.headers.has("content-encoding");
    if (encoding === null || plain || !COMPRESSIBLE.test(response.headers.get("content-type") ?? "")) return response;
    const compressed = new Response(response.body, response);
    // workerd compresses a body that names its encoding.
    compressed.headers.set("content-encoding", encoding);
    compressed.headers.delete("content-length");
    compressed.headers.append("vary", "accept-encoding");
    return compressed;
  },
};
