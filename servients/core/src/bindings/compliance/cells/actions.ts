import { ODD_ACTION, PRIVATE_TEXT } from "../benchmark-thing";
import { describe, expect, it } from "../jest";
import { type CellContext, outputOf, refusal } from "./context";

export function describeActions({ rig, capabilities }: CellContext): void {
  describe("actions", () => {
    it("returns the output of an action", async () => {
      const thing = await rig().consume();
      expect(await outputOf(thing.invokeAction("echo", "grün \u{1f331}"))).toBe("grün \u{1f331}");
      expect(await outputOf(thing.invokeAction("add", { a: 0.5, b: 2 }))).toBe(2.5);
      expect(await outputOf(thing.invokeAction(ODD_ACTION, 41))).toBe(42);
    });

    it("invokes an action that has no input", async () => {
      const thing = await rig().consume();
      expect(await outputOf(thing.invokeAction("noInput"))).toBe("done");
    });

    it("invokes an action that has no output after the handler is done", async () => {
      const thing = await rig().consume();
      expect(await outputOf(thing.invokeAction("noOutput", 11))).toBeUndefined();
      expect(rig().controls.received).toContain(11);
    });

    it("gives the handler of an action whose input members are optional an empty object", async () => {
      const thing = await rig().consume();
      expect(await outputOf(thing.invokeAction("optionalInput"))).toBe(1);
      expect(await outputOf(thing.invokeAction("optionalInput", { repeat: 4 }))).toBe(4);
    });

    it("answers each of 50 concurrent invocations with its own output", async () => {
      const thing = await rig().consume();
      const inputs = Array.from({ length: 50 }, (_, n) => `call ${n}`);
      const outputs = inputs.map((input) => outputOf(thing.invokeAction("echo", input)));
      expect(await Promise.all(outputs)).toEqual(inputs);
    });

    it("refuses an input that does not fit the schema", async () => {
      const thing = await rig().consume();
      const wrong = await refusal(thing.invokeAction("add", { a: 1, b: "2" }), 400);
      expect(wrong.problem?.details).toMatchObject({ path: "/b", got: "2" });
      const missing = await refusal(thing.invokeAction("add", { a: 1 }), 400);
      expect(missing.problem?.detail).toContain('"b"');
      const extra = await refusal(thing.invokeAction("add", { a: 1, b: 2, c: 3 }), 400);
      expect(extra.problem?.detail).toContain('"c"');
    });

    it("refuses an invocation without the input the action needs", async () => {
      const thing = await rig().consume();
      await refusal(thing.invokeAction("add"), 400);
    });

    it("carries status, code and details of the handler's typed error", async () => {
      const thing = await rig().consume();
      const failed = await refusal(thing.invokeAction("failTyped"), 504);
      expect(failed.problem).toMatchObject({
        code: "DEVICE_TIMEOUT",
        detail: "wifi-9 did not answer within 250 ms",
        details: { deviceId: "wifi-9", timeoutMs: 250 },
      });
    });

    it("turns any other error into status 500 and keeps its text to itself", async () => {
      const thing = await rig().consume();
      const failed = await refusal(thing.invokeAction("failPlain"), 500);
      expect(failed.problem?.code).toBe("INTERNAL");
      expect(JSON.stringify(failed.problem) + failed.message).not.toContain("hunter2");
      expect(PRIVATE_TEXT).toContain("hunter2");
    });

    it(`carries ${capabilities.largePayloadBytes} bytes in and out of one invocation`, async () => {
      const thing = await rig().consume();
      const text = "abcdefghij".repeat(capabilities.largePayloadBytes / 10);
      expect(await outputOf(thing.invokeAction("echo", text))).toBe(text);
    });
  });
}
