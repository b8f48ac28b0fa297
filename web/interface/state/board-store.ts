/** Feeds the run board: live frames, and the reason when there is nothing to show. */
import { BoardFrameSchema } from "../../../src/core/wire.ts";
import { type Api, boardLivePath } from "../api.ts";
import { type BoardView, EMPTY_BOARD_VIEW, withBoardFrame, withRuns } from "./board-view.ts";
import type { LinkDeps } from "./live-link.ts";
import { type Live, LiveStore } from "./live-store.ts";

export type BoardStore = Live<BoardView>;

/** Starts following the board. The caller stops it when the page is left. */
export function followBoard(api: Api, deps: LinkDeps): BoardStore {
  return new LiveStore(deps, {
    empty: EMPTY_BOARD_VIEW,
    frames: BoardFrameSchema,
    // Whatever is heard of the board is the board, an empty one too.
    isKnown: () => true,
    address: ({ seq }) => boardLivePath(seq),
    withFrame: withBoardFrame,
    ask: () => api.runs(),
    withAnswer: (view, { items }) => withRuns(view, items),
    mayBeMissing: false,
  });
}
