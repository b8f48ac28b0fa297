/** The only place that turns a name into an actor. */

/** Names are unique within a namespace: a run is named by its task, the board is one. */
interface Namespace<Stub> {
  getByName(name: string): Stub;
}

const BOARD = "board";

export interface Addresses<Run, Board> {
  run(taskGid: string): Run;
  board(): Board;
}

/** Typed stubs over the two namespaces. */
export function addresses<Run, Board>(runs: Namespace<Run>, boards: Namespace<Board>): Addresses<Run, Board> {
  return {
    run: (taskGid) => runs.getByName(taskGid),
    board: () => boards.getByName(BOARD),
  };
}
