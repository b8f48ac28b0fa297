/** The only place that turns a name into an actor. */

/** Names are unique within a namespace: a run is named by its task, a Business Unit by its id, a gateway by its token's digest, the board is one. */
interface Namespace<Stub> {
  getByName(name: string): Stub;
}

const BOARD = "board";

/** Business Units, with commas between them, that a watcher of the board may hear of. Without it: of all. */
export const BOARD_UNITS_HEADER = "agency-os-units";

export interface Addresses<Run, Unit, Board, Gateway> {
  run(taskGid: string): Run;
  unit(businessUnitId: string): Unit;
  board(): Board;
  asanaGateway(name: string): Gateway;
}

/** Typed stubs over the namespaces. */
export function addresses<Run, Unit, Board, Gateway>(
  runs: Namespace<Run>,
  units: Namespace<Unit>,
  boards: Namespace<Board>,
  gateways: Namespace<Gateway>,
): Addresses<Run, Unit, Board, Gateway> {
  return {
    run: (taskGid) => runs.getByName(taskGid),
    unit: (businessUnitId) => units.getByName(businessUnitId),
    board: () => boards.getByName(BOARD),
    asanaGateway: (name) => gateways.getByName(name),
  };
}
