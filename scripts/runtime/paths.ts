/** Where things are: the repository, and the folders under one state folder. */
import path from "node:path";

/** The repository's root. */
export const ROOT = path.resolve(import.meta.dirname, "..", "..");

/** Everything one local system keeps. Nothing outside this folder is written while it runs. */
export interface StateFolders {
  readonly root: string;
  /** Databases, object storage and actors of the Workers. */
  readonly workers: string;
  /** State of the sandbox. */
  readonly sandbox: string;
  readonly logs: string;
  /** Bundles of the Workers and the web interface. */
  readonly build: string;
  /** Generated secrets, mode 0600. */
  readonly secretsFile: string;
  /** Addresses and secrets of the running system, for scripts; there only while it runs. */
  readonly localFile: string;
  /** What was set up once: the demo task. */
  readonly onceFile: string;
}

/** Folders and files of the state folder `root`. */
export function stateFolders(root: string): StateFolders {
  const folder = path.resolve(root);
  return {
    root: folder,
    workers: path.join(folder, "workers"),
    sandbox: path.join(folder, "sandbox"),
    logs: path.join(folder, "logs"),
    build: path.join(folder, "build"),
    secretsFile: path.join(folder, "secrets.json"),
    localFile: path.join(folder, "local.json"),
    onceFile: path.join(folder, "once.json"),
  };
}
