/** The only place that turns a name into an actor. */

/** Names are unique within a namespace: a run is named by its task, a gateway by its token's digest, the board is one. */
interface Namespace<Stub> {
  getByName(name: string): Stub;
}

const BOARD = "board";

export interface Addresses<Run, Board, Gateway> {
  run(taskGid: string): Run;
  board(): Board;
  asanaGateway(name: string): Gateway;
}

/** Typed stubs over the namespaces. */
export function addresses<Run, Board, Gateway>(
  runs: Namespace<Run>,
  boards: Namespace<Board>,
  gateways: Namespace<Gateway>,
): Addresses<Run, Board, Gateway> {
  return {
    run: (taskGid) => runs.getByName(taskGid),
    board: () => boards.getByName(BOARD),
    asanaGateway: (name) => gateways.getByName(name),
  };
}
