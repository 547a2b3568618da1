import { InteractionTimeoutError, UnreachableError } from "../../../errors";
import type { BindingCapabilities, BindingHarness } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { equal, holds, refusal, typedRejection } from "../check";
import { rejection, until } from "../deferred";
import { Rig, type RigOptions } from "../rig";
import { outputOf } from "./tools";

async function withRig(
  harness: BindingHarness,
  options: RigOptions,
  work: (own: Rig) => Promise<void>,
): Promise<void> {
  const own = await new Rig(harness, options).start();
  try {
    await work(own);
  } finally {
    await own.stop();
  }
}

const ignore = (): void => undefined;

export function lifecycleCells(capabilities: BindingCapabilities): CellGroup {
  return group("time-outs and life cycle", (cells) => {
    cells.add(
      "lifecycle",
      "gives up on a silent Thing within the time-out, with a typed error",
      async ({ rig }) => {
        const impatient = await rig.consume(await rig.consumer(150));
        // The handler answers only after release(), which comes later: the client gave up by itself.
        const error = await rejection(impatient.invokeAction("slow"));
        holds(error instanceof InteractionTimeoutError, `no time-out but ${String(error)}`);
        equal(error.timeoutMs, 150);
        equal(await outputOf(impatient.readProperty("serial")), "SN-0001");
        rig.controls.release();
      },
    );

    cells.add(
      "lifecycle",
      "ignores the late answer of an interaction that was given up",
      async ({ rig }) => {
        const impatient = await rig.consume(await rig.consumer(100));
        await rejection(impatient.invokeAction("slow"));
        rig.controls.release();
        for (let n = 0; n < 5; n++) {
          equal(await outputOf(impatient.invokeAction("echo", `after ${n}`)), `after ${n}`);
        }
      },
    );

    cells.add("lifecycle", "serves other requests while one handler hangs", async ({ rig }) => {
      const thing = await rig.consume();
      const before = rig.controls.slowInvocations;
      const slow = outputOf(thing.invokeAction("slow"));
      await until("the handler to hang", () => rig.controls.slowInvocations > before);
      equal(await outputOf(thing.readProperty("serial")), "SN-0001");
      rig.controls.release();
      equal(await slow, "late");
    });

    cells.add("lifecycle", "says that a stopped server cannot be reached", async ({ harness }) => {
      await withRig(harness, { timeoutMs: 1000 }, async (own) => {
        const thing = await own.consume();
        await thing.readProperty("serial");
        await own.cut();
        const error = await typedRejection(thing.readProperty("serial"));
        const kinds = [UnreachableError, InteractionTimeoutError];
        const allowed = capabilities.noticesStoppedServer ? kinds.slice(0, 1) : kinds;
        holds(
          allowed.some((kind) => error instanceof kind),
          `${error.name}: ${error.message}`,
        );
      });
    });

    cells.add(
      "lifecycle",
      "stops at once although a handler hangs and a subscription is open",
      async ({ harness }) => {
        await withRig(harness, { timeoutMs: 2000 }, async (own) => {
          const thing = await own.consume();
          await thing.subscribeEvent("reading", ignore, ignore);
          const hanging = rejection(thing.invokeAction("slow"));
          await until("the handler to hang", () => own.controls.slowInvocations > 0);
          // Resolves although release() has not been called: stop() does not wait for handlers.
          await own.server.stop();
          await own.server.stop();
          holds("code" in ((await hanging) as Error), "an error without a code");
        });
      },
    );

    cells.add(
      "lifecycle",
      "forgets a destroyed Thing and keeps serving the others",
      async ({ rig, harness }) => {
        await withRig(harness, { timeoutMs: 1000 }, async (own) => {
          const thing = await own.consume();
          const subscription = await thing.subscribeEvent("reading", ignore, ignore);
          await own.thing.destroy();
          if (capabilities.answersForUnknownThings) {
            await refusal(thing.readProperty("serial"), 404);
          } else await typedRejection(thing.readProperty("serial"));
          await subscription.stop();
          await until(
            "the subscriber to be freed",
            () => (own.server.counters.subscribers ?? 0) === 0,
          );
          const other = await rig.consume();
          equal(await outputOf(other.readProperty("serial")), "SN-0001");
        });
      },
    );

    cells.add("lifecycle", "serves a Thing whose title needs encoding", async ({ harness }) => {
      await withRig(harness, { title: "Werk 1 / Größe #3? & 100%" }, async (own) => {
        const thing = await own.consume();
        equal(await outputOf(thing.readProperty("serial")), "SN-0001");
        equal(await outputOf(thing.invokeAction("echo", "x")), "x");
      });
    });
  });
}
