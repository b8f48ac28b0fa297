/** Logs of the parts of a local system: files that never grow without limit, shown on the terminal only on request. */
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from "node:fs";
import path from "node:path";

/** A log is set aside at the start of a run once it is larger than this. */
const KEEP_BYTES = 5 * 1024 * 1024;

/** One line-based log. */
export interface LogFile {
  readonly file: string;
  line(text: string): void;
  /** The last lines of this run, to explain a death. */
  tail(): readonly string[];
  close(): Promise<void>;
}

/** Opens `<folder>/<name>.log` for appending. With `echo`, each line also goes to standard error. */
export function openLog(folder: string, name: string, echo: boolean): LogFile {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.log`);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > KEEP_BYTES) renameSync(file, `${file}.1`);
  const stream: WriteStream = createWriteStream(file, { flags: "a", mode: 0o600 });
  const last: string[] = [];
  // A full disk must not take the system down with its log.
  stream.on("error", () => {});
  return {
    file,
    line(text) {
      const at = new Date().toISOString();
      stream.write(`${at} ${text}\n`);
      last.push(text);
      if (last.length > 20) last.shift();
      if (echo) process.stderr.write(`${name}: ${text}\n`);
    },
    tail: () => last,
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
