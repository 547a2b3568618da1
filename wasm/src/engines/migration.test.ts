import { describe, expect, test } from "@jest/globals";
import { seededDraw } from "../../processors/kuka-axes/testing";
import { builtModule } from "./built-module";
import { cortexM } from "./cortex-m";
import type { Answer, Step } from "./engine";
import { firstDifference, processorNames, trafficOf } from "./test-modules";
import { v8 } from "./v8";
import { wasm2c } from "./wasm2c";
import { wasm3 } from "./wasm3";

describe.each(processorNames())("%s", (name) => {
  test("goes on where it was when it moves from V8 to wasm3, to a microcontroller, to wasm2c and back", async () => {
    const { wasm } = await builtModule(name);
    const steps = trafficOf(name)(seededDraw(11), 4);
    const whole = v8.run(wasm, steps);
    const answers: Answer[] = [];
    let image: Uint8Array | undefined;
    [v8, wasm3, cortexM, wasm2c, v8].forEach((engine, leg) => {
      const from = Math.floor((steps.length * leg) / 5);
      const until = Math.floor((steps.length * (leg + 1)) / 5);
      const arrive: Step[] = image ? [{ op: "restore", bytes: image }] : [];
      const all: Step[] = [...arrive, ...steps.slice(from, until), { op: "image" }];
      const said = engine.run(wasm, all);
      image = said.at(-1)?.bytes;
      answers.push(...said.slice(arrive.length, -1));
    });
    expect(firstDifference(steps, answers, whole)).toBeNull();
  });

  test("goes on in another instance from what it saved in its own words", async () => {
    const { wasm, manifest } = await builtModule(name);
    const steps = trafficOf(name)(seededDraw(12), 4);
    const half = steps.length >> 1;
    const whole = v8.run(wasm, steps);
    const saved = v8.run(wasm, [...steps.slice(0, half), { op: "save" }]).at(-1);
    const bytes = saved?.bytes ?? new Uint8Array(0);
    const load: Step = { op: "load", version: manifest.stateVersion, bytes };
    const [taken, ...answers] = v8.run(wasm, [load, ...steps.slice(half)]);
    expect(taken?.code).toBe(0);
    expect(firstDifference(steps.slice(half), answers, whole.slice(half))).toBeNull();
    const refusals = v8.run(wasm, [
      { ...load, version: manifest.stateVersion + 1 },
      { ...load, bytes: bytes.subarray(1) },
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([-5, -5]);
  });
});
