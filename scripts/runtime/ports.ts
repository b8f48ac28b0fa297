/** Ports of a local system. */
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A port somebody else listens on. */
export class PortInUse extends Error {
  readonly port: number;
  constructor(port: number, what: string, flag: string) {
    super(`Port ${port}, meant for the ${what}, is in use. Free it, or choose another one with ${flag} PORT.`);
    this.name = "PortInUse";
    this.port = port;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}

/**
 * Below what systems give to outgoing connections (Linux from 32768, others from 49152): a system that is started again on
 * its port must not find a connection of somebody else there.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** A port of 127.0.0.1 nobody listens on right now. */
export async function freePort(): Promise<number> {
  for (let tried = 1; ; tried += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    try {
      return await listenOnce(port);
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
}

const LOOK_EVERY_MS = 50;

/**
 * Rejects with {@link PortInUse}, which names the flag that changes it, when `port` is taken.
 * @param patienceMs how long it may still be, because who held it is about to let go
 */
export async function requireFreePort(port: number, what: string, flag: string, patienceMs = 0): Promise<void> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    try {
      await listenOnce(port);
      return;
    } catch (error) {
      const taken =
        error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
      if (!taken) throw error;
      if (waited >= patienceMs) throw new PortInUse(port, what, flag);
      await pause(LOOK_EVERY_MS);
    }
  }
}
