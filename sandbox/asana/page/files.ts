/** Attachments as the page opens them: inert, whatever is in them. */
import { readFileSync } from "node:fs";
import type { SimReply } from "../../kit/upstream.ts";
import type { AttachmentRecord } from "../records.ts";
import type { World } from "../world.ts";

/**
 * Reports are attached HTML with inline styles and SVG. The sandbox directive takes scripts, forms and our origin away
 * from them; nothing can be loaded from anywhere.
 */
const FILE_POLICY = [
  "sandbox allow-popups allow-popups-to-escape-sandbox",
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "font-src data:",
].join("; ");

/** Types a browser may show; everything else is downloaded. */
const SHOWN: Readonly<Record<string, string>> = {
  "text/html": "text/html; charset=utf-8",
  "application/json": "text/plain; charset=utf-8",
  "text/csv": "text/plain; charset=utf-8",
  "text/plain": "text/plain; charset=utf-8",
  "image/png": "image/png",
  "image/jpeg": "image/jpeg",
  "application/pdf": "application/pdf",
};

/** An attachment's bytes; null when they are gone. */
export function filePage(world: World, attachment: AttachmentRecord, asDownload: boolean): SimReply | null {
  const bytes = world.readFile(attachment.gid);
  if (bytes === null) return null;
  const mediaType = attachment.mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  const shown = SHOWN[mediaType];
  const disposition = shown === undefined || asDownload ? "attachment" : "inline";
  return {
    status: 200,
    headers: {
      "Content-Type": shown ?? "application/octet-stream",
      "Content-Disposition": `${disposition}; filename*=UTF-8''${encodeURIComponent(attachment.name)}`,
      "Content-Security-Policy": FILE_POLICY,
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-store",
    },
    body: bytes,
  };
}

const STATIC: Readonly<Record<string, string>> = {
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
};

/** A file of the page itself; null when there is none of that name. */
export function staticFile(name: string): SimReply | null {
  const type = STATIC[name];
  if (type === undefined) return null;
  const body = readFileSync(new URL(`./static/${name}`, import.meta.url));
  return { status: 200, headers: { "Content-Type": type, "Cache-Control": "no-cache" }, body };
}
