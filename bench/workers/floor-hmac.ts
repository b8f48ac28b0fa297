/** Floor of *ingest*: the signature is checked over the raw bytes, and nothing else is done. */
import { hmacSha256Hex, timingSafeEqualText } from "../../src/lib/hash.ts";

export async function floorHmac(request: Request, env: BenchEnv): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const expected = await hmacSha256Hex(env.ASANA_WEBHOOK_SECRET, body);
  const good = timingSafeEqualText(expected, request.headers.get("X-Hook-Signature") ?? "");
  return new Response(null, { status: good ? 200 : 401 });
}
