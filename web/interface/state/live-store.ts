/** Follows something live: grows what is shown from frames, and says why when there is nothing to show. */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import * as v from "valibot";
import type { Problem } from "../../../src/core/wire.ts";
import type { Reply } from "../api.ts";
import { type Link, type LinkDeps, type LiveLink, openLink } from "./live-link.ts";

/** What a view may know of something it follows. */
export interface Live<View> {
  readonly view: ReadonlySignal<View>;
  readonly link: ReadonlySignal<Link>;
  /** True once there is something to show, from whichever source. */
  readonly known: ReadonlySignal<boolean>;
  /** Why there is nothing to show; null while something is shown or still awaited. */
  readonly problem: ReadonlySignal<Problem | null>;
  wake(): void;
  stop(): void;
}

/** What is followed: where its frames come from, and how they and an answer over HTTP grow what is shown. */
export interface Feed<View, Frame, Answer> {
  readonly empty: View;
  readonly frames: v.GenericSchema<unknown, Frame>;
  isKnown(view: View): boolean;
  /** Address of the next connection, which goes on after what is known. */
  address(view: View): string;
  withFrame(view: View, frame: Frame): View;
  /** A socket that never opened does not say why; the same question over HTTP does. */
  ask(): Promise<Reply<Answer>>;
  withAnswer(view: View, answer: Answer): View;
  /** Whether 404 says that there is no such thing; of a list that is always there it is an accident. */
  readonly mayBeMissing: boolean;
}

/** Follows one feed from the moment it is made. Whoever makes it stops it when the view is left. */
export class LiveStore<View, Frame, Answer> implements Live<View> {
  readonly view: Signal<View>;
  readonly link = signal<Link>({ kind: "connecting" });
  readonly known = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly #feed: Feed<View, Frame, Answer>;
  readonly #line: LiveLink;
  #stopped = false;

  constructor(deps: LinkDeps, feed: Feed<View, Frame, Answer>) {
    this.view = signal(feed.empty);
    this.#feed = feed;
    this.#line = openLink(deps, {
      address: () => feed.address(this.view.peek()),
      accept: (text) => this.#accept(text),
      changed: (link) => this.#linkChanged(link),
    });
  }

  wake(): void {
    this.#line.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#line.stop();
  }

  /** True once the view was left: what is answered now is for nobody. */
  protected get stopped(): boolean {
    return this.#stopped;
  }

  /** Shows what is known from now on. */
  protected show(view: View): void {
    const before = this.view.peek();
    batch(() => {
      this.view.value = view;
      if (!this.#feed.isKnown(view)) return;
      this.known.value = true;
      this.problem.value = null;
    });
    this.shown(view, before);
  }

  /** Called after each change of what is shown. */
  protected shown(_view: View, _before: View): void {}

  #accept(text: string): boolean {
    const frame = v.safeParse(v.pipe(v.string(), v.parseJson(), this.#feed.frames), text);
    if (!frame.success) return false;
    this.show(this.#feed.withFrame(this.view.peek(), frame.output));
    return true;
  }

  #linkChanged(link: Link): void {
    this.link.value = link;
    if (link.kind === "lost" && !this.known.peek()) void this.#probe();
  }

  async #probe(): Promise<void> {
    const reply = await this.#feed.ask();
    if (this.#stopped || this.known.peek()) return;
    if (reply.ok) {
      this.show(this.#feed.withAnswer(this.view.peek(), reply.value));
      return;
    }
    const { status } = reply.problem;
    const isMissing = status === 404 && this.#feed.mayBeMissing;
    if (!isMissing && status !== 401 && status !== 403) {
      this.problem.value = reply.problem;
      return;
    }
    this.#line.stop();
    this.link.value = { kind: "refused", reason: isMissing ? "not_found" : "forbidden" };
  }
}
