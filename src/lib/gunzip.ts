/** Bytes of a stream, compressed or not, up to a bound: what somebody else wrote may unpack to more than memory holds. */

/** All bytes of a stream; null when there are more than `most`. */
export async function bytesUpTo(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** A gzipped stream unpacked. */
export function gunzipped(stream: ReadableStream): ReadableStream<Uint8Array> {
  return stream.pipeThrough(new DecompressionStream("gzip"));
}
