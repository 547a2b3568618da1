import { describe, expect, it } from "../jest";
import { type CellContext, outputOf } from "./context";

const MALFORMED = 1000;

export function describeRobustness({ rig, harness }: CellContext): void {
  describe("malformed messages", () => {
    it(`survives ${MALFORMED} of them, counts them and keeps answering`, async () => {
      const thing = await rig().consume();
      const before = rig().server.counters.malformed;
      const sending = harness().sendMalformed(rig().server, MALFORMED);
      for (let n = 0; n < 20; n++) {
        expect(await outputOf(thing.invokeAction("echo", `amid ${n}`))).toBe(`amid ${n}`);
      }
      const countable = await sending;
      expect(countable).toBeGreaterThan(0);
      expect(rig().server.counters.malformed - before).toBeGreaterThanOrEqual(countable);
      expect(await outputOf(thing.readProperty("serial"))).toBe("SN-0001");
    }, 60_000);
  });
}
