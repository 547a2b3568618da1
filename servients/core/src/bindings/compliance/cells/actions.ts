import { ODD_ACTION, PRIVATE_TEXT } from "../benchmark-thing";
import type { BindingCapabilities } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { contains, equal, holds, refusal } from "../check";
import { outputOf } from "./tools";

export function actionCells(capabilities: BindingCapabilities): CellGroup {
  return group("actions", (cells) => {
    cells.add("invokeaction", "returns the output of an action", async ({ rig }) => {
      const thing = await rig.consume();
      equal(await outputOf(thing.invokeAction("echo", "grün \u{1f331}")), "grün \u{1f331}");
      equal(await outputOf(thing.invokeAction("add", { a: 0.5, b: 2 })), 2.5);
      equal(await outputOf(thing.invokeAction(ODD_ACTION, 41)), 42);
    });

    cells.add("invokeaction", "invokes an action that has no input", async ({ rig }) => {
      const thing = await rig.consume();
      equal(await outputOf(thing.invokeAction("noInput")), "done");
    });

    cells.add(
      "invokeaction",
      "invokes an action that has no output after the handler is done",
      async ({ rig }) => {
        const thing = await rig.consume();
        equal(await outputOf(thing.invokeAction("noOutput", 11)), undefined);
        equal(rig.controls.received.includes(11), true);
      },
    );

    cells.add(
      "invokeaction",
      "gives the handler of an action whose input members are optional an empty object",
      async ({ rig }) => {
        const thing = await rig.consume();
        equal(await outputOf(thing.invokeAction("optionalInput")), 1);
        equal(await outputOf(thing.invokeAction("optionalInput", { repeat: 4 })), 4);
      },
    );

    cells.add(
      "invokeaction",
      "answers each of 50 concurrent invocations with its own output",
      async ({ rig }) => {
        const thing = await rig.consume();
        const inputs = Array.from({ length: 50 }, (_, n) => `call ${n}`);
        const outputs = inputs.map((input) => outputOf(thing.invokeAction("echo", input)));
        equal(await Promise.all(outputs), inputs);
      },
    );

    cells.add("refusals", "refuses an input that does not fit the schema", async ({ rig }) => {
      const thing = await rig.consume();
      const wrong = await refusal(thing.invokeAction("add", { a: 1, b: "2" }), 400);
      contains(wrong.problem?.details, { path: "/b", got: "2" });
      const missing = await refusal(thing.invokeAction("add", { a: 1 }), 400);
      holds(missing.problem?.detail?.includes('"b"'), "does not name the missing member");
      const extra = await refusal(thing.invokeAction("add", { a: 1, b: 2, c: 3 }), 400);
      holds(extra.problem?.detail?.includes('"c"'), "does not name the surplus member");
    });

    cells.add(
      "refusals",
      "refuses an invocation without the input the action needs",
      async ({ rig }) => {
        const thing = await rig.consume();
        await refusal(thing.invokeAction("add"), 400);
      },
    );

    cells.add(
      "refusals",
      "carries status, code and details of the handler's typed error",
      async ({ rig }) => {
        const thing = await rig.consume();
        const failed = await refusal(thing.invokeAction("failTyped"), 504);
        contains(failed.problem, {
          code: "DEVICE_TIMEOUT",
          detail: "wifi-9 did not answer within 250 ms",
          details: { deviceId: "wifi-9", timeoutMs: 250 },
        });
      },
    );

    cells.add(
      "refusals",
      "turns any other error into status 500 and keeps its text to itself",
      async ({ rig }) => {
        const thing = await rig.consume();
        const failed = await refusal(thing.invokeAction("failPlain"), 500);
        equal(failed.problem?.code, "INTERNAL");
        const told = JSON.stringify(failed.problem) + failed.message;
        holds(PRIVATE_TEXT.includes("hunter2") && !told.includes("hunter2"), "tells its text");
      },
    );

    const bytes = capabilities.largePayloadBytes;
    cells.add(
      "invokeaction",
      `carries ${bytes} bytes in and out of one invocation`,
      async ({ rig }) => {
        const thing = await rig.consume();
        const text = "abcdefghij".repeat(bytes / 10);
        equal(await outputOf(thing.invokeAction("echo", text)), text);
      },
    );
  });
}
