import type { BindingCapabilities, BindingHarness } from "./binding-under-test";
import type { Rig } from "./rig";

/** Rows of the matrix: the operations of TD 1.1, and what holds for all of them. */
export const ROWS = {
  readproperty: "`readproperty`",
  writeproperty: "`writeproperty`",
  observeproperty: "`observeproperty`, `unobserveproperty`",
  readallproperties: "`readallproperties`",
  readmultipleproperties: "`readmultipleproperties`",
  writeallproperties: "`writeallproperties`",
  writemultipleproperties: "`writemultipleproperties`",
  observeallproperties: "`observeallproperties`, `unobserveallproperties`",
  invokeaction: "`invokeaction` with output",
  asyncaction: "`invokeaction`, asynchronous, and `queryaction`",
  cancelaction: "`cancelaction`",
  queryallactions: "`queryallactions`",
  subscribeevent: "`subscribeevent`, `unsubscribeevent`",
  burst: "`subscribeevent`: 20 events at once",
  subscribeallevents: "`subscribeallevents`, `unsubscribeallevents`",
  refusals: "a refusal reaches the consumer",
  forms: "every form does what it offers",
  discovery: "the Thing Description is served",
  lifecycle: "time-outs, stopping, destroying",
  robustness: "1,000 malformed messages",
} as const;

export type Row = keyof typeof ROWS;

/** What a cell works on: one rig shared by all of them, and the means to start more. */
export interface CellContext {
  readonly harness: BindingHarness;
  readonly rig: Rig;
  readonly capabilities: BindingCapabilities;
}

/** One claim, tried on one binding. */
export interface Cell {
  readonly row: Row;
  /** What has to hold; reads on from its group's title. */
  readonly title: string;
  /**
   * Whether it asks for no more than that the operation works at all, by node-wot's interfaces
   * alone: such a cell is fair to any implementation of them.
   */
  readonly isBasic?: boolean;
  /** Longest run, where the usual one is too short. */
  readonly timeoutMs?: number;
  /** @throws what was found instead */
  run(context: CellContext): Promise<void>;
}

export interface CellGroup {
  readonly title: string;
  readonly cells: readonly Cell[];
}

type Run = Cell["run"];
type Options = Pick<Cell, "timeoutMs" | "isBasic">;

/** Collects the cells of one group, by row. */
export class CellList {
  readonly cells: Cell[] = [];

  add(row: Row, title: string, run: Run, options: Options = {}): void {
    this.cells.push({ row, title, run, ...options });
  }
}

/** A group whose cells are added by `fill`. */
export function group(title: string, fill: (list: CellList) => void): CellGroup {
  const list = new CellList();
  fill(list);
  return { title, cells: list.cells };
}
