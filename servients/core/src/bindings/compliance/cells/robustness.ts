import { type CellGroup, group } from "../cell";
import { equal, holds } from "../check";
import { outputOf } from "./tools";

const MALFORMED = 1000;

export function robustnessCells(): CellGroup {
  return group("malformed messages", (cells) => {
    cells.add(
      "robustness",
      `survives ${MALFORMED} of them, counts them and keeps answering`,
      async ({ rig, harness }) => {
        const thing = await rig.consume();
        const before = rig.server.counters.malformed;
        const sending = harness.sendMalformed(rig.server, MALFORMED);
        for (let n = 0; n < 20; n++) {
          equal(await outputOf(thing.invokeAction("echo", `amid ${n}`)), `amid ${n}`);
        }
        const countable = await sending;
        const counted = rig.server.counters.malformed - before;
        holds(countable > 0 && counted >= countable, `${counted} of ${countable} counted`);
        equal(await outputOf(thing.readProperty("serial")), "SN-0001");
      },
      { timeoutMs: 60_000 },
    );
  });
}
