/** `multipart/form-data`, strictly: lines end in CRLF (RFC 7578), as Asana asks. */
import { badRequest } from "./refusals.ts";

export interface Part {
  readonly name: string;
  /** null for a plain field. */
  readonly fileName: string | null;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** The parts of a body, by field name. Malformed bodies are a 400. */
export function parseMultipart(contentType: string, body: Buffer): ReadonlyMap<string, Part> {
  const boundary = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  if (boundary === null) throw badRequest("The request should be multipart/form-data with a boundary");
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2] ?? ""}`);
  const parts = new Map<string, Part>();
  let at = body.indexOf(mark);
  while (at >= 0) {
    const begin = at + mark.length;
    if (body.subarray(begin, begin + 2).toString("latin1") === "--") return parts;
    if (body.subarray(begin, begin + 2).toString("latin1") !== "\r\n")
      throw badRequest("Multipart lines should end in CRLF");
    const end = body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), begin);
    if (end < 0) break;
    const part = parsePart(body.subarray(begin + 2, end));
    parts.set(part.name, part);
    at = end + 2;
  }
  throw badRequest("The multipart body does not end");
}

function parsePart(bytes: Buffer): Part {
  const split = bytes.indexOf("\r\n\r\n");
  if (split < 0) throw badRequest("A multipart part has no headers");
  const headers = new Map(
    bytes
      .subarray(0, split)
      .toString("utf8")
      .split("\r\n")
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
  );
  const disposition = headers.get("content-disposition") ?? "";
  const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw badRequest("A multipart part has no name");
  return {
    name,
    fileName: fileNameOf(disposition),
    mediaType: headers.get("content-type") ?? "application/octet-stream",
    bytes: bytes.subarray(split + 4),
  };
}

/** `filename*` wins; a plain `filename` is URL-encoded when it holds other than ASCII. */
function fileNameOf(disposition: string): string | null {
  const extended = /;\s*filename\*=UTF-8''([^\s;]+)/i.exec(disposition)?.[1];
  const plain = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  const encoded = extended ?? plain;
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
