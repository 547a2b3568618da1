import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { seededDraw } from "../../processors/kuka-axes/testing";
import { builtModule, processorFolder } from "./built-module";
import type { Step } from "./engine";
import { compiledFromC, native } from "./native";
import { firstDifference, processorNames, trafficOf, twinOf } from "./test-modules";
import { runTwin } from "./twin-engine";
import { v8 } from "./v8";
import { wasm2c } from "./wasm2c";
import { wasm3 } from "./wasm3";

describe.each(processorNames())("%s", (name) => {
  test("agrees with its twin on what it may be sent, good and bad", async () => {
    const steps = trafficOf(name)(seededDraw(7), 100);
    const answers = v8.run((await builtModule(name)).wasm, steps);
    expect(firstDifference(steps, answers, runTwin(twinOf(name), steps))).toBeNull();
    expect(answers.filter(({ bytes }) => bytes.length > 0).length).toBeGreaterThan(50);
    expect(answers.filter(({ code }) => code < 0).length).toBeGreaterThan(0);
    expect(answers.flatMap(({ sent }) => sent).length).toBeGreaterThan(10);
  });

  test.each([wasm2c, wasm3])("gives the same bytes on $name as on V8", async (engine) => {
    const steps: Step[] = [...trafficOf(name)(seededDraw(8), 4), { op: "image" }];
    const module = (await builtModule(name)).wasm;
    expect(firstDifference(steps, engine.run(module, steps), v8.run(module, steps))).toBeNull();
  });
});

describe.each(processorNames().filter((name) => existsSync(path.join(processorFolder(name), "c"))))(
  "%s in C",
  (name) => {
    test("agrees with the twin, as a module and as a program of this machine", () => {
      const steps = trafficOf(name)(seededDraw(9), 60);
      const module = compiledFromC(processorFolder(name));
      const expected = runTwin(twinOf(name), steps);
      expect(firstDifference(steps, v8.run(module, steps), expected)).toBeNull();
      const program = native(processorFolder(name));
      expect(firstDifference(steps, program.run(module, steps), expected)).toBeNull();
    });

    test("takes the state that its AssemblyScript form has saved", async () => {
      const steps = trafficOf(name)(seededDraw(10), 4);
      const half = steps.length >> 1;
      const module = (await builtModule(name)).wasm;
      const whole = v8.run(module, steps);
      const saved = v8.run(module, [...steps.slice(0, half), { op: "save" }]).at(-1);
      const rest = steps.slice(half);
      const load: Step = { op: "load", version: 1, bytes: saved?.bytes ?? new Uint8Array(0) };
      const answers = v8.run(compiledFromC(processorFolder(name)), [load, ...rest]).slice(1);
      expect(firstDifference(rest, answers, whole.slice(half))).toBeNull();
    });
  },
);
