import { InteractionTimeoutError, UnreachableError } from "../../../errors";
import { rejection, until } from "../deferred";
import { describe, expect, it } from "../jest";
import { Rig, type RigOptions } from "../rig";
import { type CellContext, outputOf, refusal, typedRejection } from "./context";

export function describeLifecycle({ rig, harness, capabilities }: CellContext): void {
  const withRig = async (options: RigOptions, work: (own: Rig) => Promise<void>): Promise<void> => {
    const own = await new Rig(harness(), options).start();
    try {
      await work(own);
    } finally {
      await own.stop();
    }
  };

  describe("time-outs and life cycle", () => {
    it("gives up on a silent Thing within the time-out, with a typed error", async () => {
      const impatient = await rig().consume(await rig().consumer(150));
      // The handler answers only after release(), which comes later: the client gave up by itself.
      const error = await rejection(impatient.invokeAction("slow"));
      expect(error).toBeInstanceOf(InteractionTimeoutError);
      expect((error as InteractionTimeoutError).timeoutMs).toBe(150);
      expect(await outputOf(impatient.readProperty("serial"))).toBe("SN-0001");
      rig().controls.release();
    });

    it("ignores the late answer of an interaction that was given up", async () => {
      const impatient = await rig().consume(await rig().consumer(100));
      await rejection(impatient.invokeAction("slow"));
      rig().controls.release();
      for (let n = 0; n < 5; n++) {
        expect(await outputOf(impatient.invokeAction("echo", `after ${n}`))).toBe(`after ${n}`);
      }
    });

    it("serves other requests while one handler hangs", async () => {
      const thing = await rig().consume();
      const before = rig().controls.slowInvocations;
      const slow = outputOf(thing.invokeAction("slow"));
      await until("the handler to hang", () => rig().controls.slowInvocations > before);
      expect(await outputOf(thing.readProperty("serial"))).toBe("SN-0001");
      rig().controls.release();
      expect(await slow).toBe("late");
    });

    it("says that a stopped server cannot be reached", async () => {
      await withRig({ timeoutMs: 1000 }, async (own) => {
        const thing = await own.consume();
        await thing.readProperty("serial");
        await own.cut();
        const error = await typedRejection(thing.readProperty("serial"));
        const kinds = [UnreachableError, InteractionTimeoutError];
        const allowed = capabilities.noticesStoppedServer ? kinds.slice(0, 1) : kinds;
        expect(allowed.map((kind) => kind.name)).toContain(error.name);
      });
    });

    it("stops at once although a handler hangs and a subscription is open", async () => {
      await withRig({ timeoutMs: 2000 }, async (own) => {
        const thing = await own.consume();
        await thing.subscribeEvent(
          "reading",
          () => undefined,
          () => undefined,
        );
        const hanging = rejection(thing.invokeAction("slow"));
        await until("the handler to hang", () => own.controls.slowInvocations > 0);
        // Resolves although release() has not been called: stop() does not wait for handlers.
        await own.server.stop();
        await own.server.stop();
        expect((await hanging) as Error).toHaveProperty("code");
      });
    });

    it("forgets a destroyed Thing and keeps serving the others", async () => {
      await withRig({ timeoutMs: 1000 }, async (own) => {
        const thing = await own.consume();
        const subscription = await thing.subscribeEvent(
          "reading",
          () => undefined,
          () => undefined,
        );
        await own.thing.destroy();
        if (capabilities.answersForUnknownThings) {
          await refusal(thing.readProperty("serial"), 404);
        } else await typedRejection(thing.readProperty("serial"));
        await subscription.stop();
        await until(
          "the subscriber to be freed",
          () => (own.server.counters.subscribers ?? 0) === 0,
        );
        const other = await rig().consume();
        expect(await outputOf(other.readProperty("serial"))).toBe("SN-0001");
      });
    });

    it("serves a Thing whose title needs encoding", async () => {
      await withRig({ title: "Werk 1 / Größe #3? & 100%" }, async (own) => {
        const thing = await own.consume();
        expect(await outputOf(thing.readProperty("serial"))).toBe("SN-0001");
        expect(await outputOf(thing.invokeAction("echo", "x"))).toBe("x");
      });
    });
  });
}
