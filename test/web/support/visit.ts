/** A browser and the panel for one test file, and the way a test looks at a page. */
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, inject } from "vitest";
import type { RunDetail, RunFrame } from "../../../src/core/wire.ts";
import { type LiveSocket, openPage, type Panel, routeLive, type Script, servePanel } from "./panel.ts";
import { events } from "./runs.ts";

type PageOptions = NonNullable<Parameters<typeof openPage>[1]>;

/** Plays the server's side of the `nth` socket a page opens. */
export type Connected = (socket: LiveSocket, nth: number) => void;

export interface PanelTests {
  /** What the control plane answers in the running test; nothing is there unless a test says so. */
  readonly answer: Script;
  /** Opens a page, lets the test look at it, and fails if the page had an error or broke its content policy. */
  visit(path: string, connected: Connected, look: (page: Page) => Promise<void>, options?: PageOptions): Promise<void>;
}

/** Serves the panel to the tests of a file, in the browser that all files share. */
export function panelTests(): PanelTests {
  const answer: Script = { current: () => null };
  const started: { browser?: Browser; panel?: Panel } = {};
  beforeAll(async () => {
    started.panel = await servePanel(inject("panelFiles"), answer);
    started.browser = await chromium.connect(inject("browserEndpoint"));
  });
  afterAll(async () => {
    await started.browser?.close();
    await started.panel?.stop();
  });
  beforeEach(() => {
    answer.current = () => null;
    delete answer.me;
  });
  return {
    answer,
    async visit(path, connected, look, options = {}) {
      const { browser, panel } = started;
      if (browser === undefined || panel === undefined) throw new Error("The panel was not started.");
      const { page, faults, close } = await openPage(browser, options);
      try {
        let nth = 0;
        await routeLive(page, (socket) => connected(socket, ++nth));
        await page.goto(panel.url + path);
        await look(page);
        expect(faults).toEqual([]);
      } finally {
        await close();
      }
    },
  };
}

/** First frame of a run's socket, with the events 1 to `to`. */
export function snapshot(run: RunDetail, to = 14): RunFrame {
  return { type: "snapshot", run, events: events(1, to), seq: to };
}

/** A socket that shows these runs on the board. */
export function boardOf(runs: readonly unknown[]): Connected {
  return (socket) => socket.send({ type: "snapshot", runs, seq: 1 });
}

/** A socket that shows this run. */
export function runOf(run: RunDetail): Connected {
  return (socket) => socket.send(snapshot(run));
}

/** A socket that opens and says nothing. */
export const silent: Connected = () => {};
