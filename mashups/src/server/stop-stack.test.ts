import { silentLogger, VirtualClock } from "@fogwot/core";
import { expect, it } from "@jest/globals";
import { StopStack } from "./stop-stack";

it("stops in reverse order, once, whatever fails or hangs", async () => {
  const clock = new VirtualClock();
  const stack = new StopStack({ clock, log: silentLogger });
  const stopped: string[] = [];
  const note = (name: string) => () => {
    stopped.push(name);
  };
  stack.push("first", note("first"));
  stack.push("failing", () => {
    stopped.push("failing");
    throw new RangeError("a bug");
  });
  stack.push(
    "hanging",
    () => {
      stopped.push("hanging");
      return new Promise<void>(() => undefined);
    },
    300,
  );
  stack.push("last", note("last"));
  const both = Promise.all([stack.stop(), stack.stop()]);
  await clock.advance(299);
  expect(stopped).toEqual(["last", "hanging"]);
  await clock.advance(1);
  await both;
  expect(stopped).toEqual(["last", "hanging", "failing", "first"]);
  expect(clock.pending).toBe(0);
});
