/** Where things are: the repository, and the folders under one state folder. */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
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

/**
 * Makes the state folder if need be. Throws with the way out when it cannot be used. Level by level: asked for all levels at
 * once, Node tries for ever on a file system that refuses new folders as if their parent were missing, such as /proc.
 */
export function requireStateFolder({ root }: StateFolders): void {
  if (root === ROOT || ROOT.startsWith(`${root}${path.sep}`))
    throw new Error(`${root} holds the project itself and cannot be the state folder. Name another with --state.`);
  const missing: string[] = [];
  for (let folder = root; !existsSync(folder); folder = path.dirname(folder)) missing.unshift(folder);
  try {
    // For its owner alone: databases and logs in it hold clients' data.
    for (const folder of missing) mkdirSync(folder, { mode: 0o700 });
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The state folder ${root} cannot be used (${reason}). Choose another one with --state DIR.`);
  }
}
