import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { checkVectors, configBytes, type Vector } from "../vectors/vectors";
import { type BuiltModule, builtModule } from "./built-module";
import { cortexM } from "./cortex-m";
import type { Answer, Step } from "./engine";
import { processorNames } from "./test-modules";
import { v8 } from "./v8";
import { wasm2c } from "./wasm2c";
import { wasm3 } from "./wasm3";

function vectorsOf({ folder }: BuiltModule): readonly Vector[] {
  const file = path.join(folder, "test", "vectors.json");
  return checkVectors(JSON.parse(readFileSync(file, "utf8")), file);
}

function stepsOf({ manifest }: BuiltModule, { config, steps }: Vector): Step[] {
  const rest = steps.map(({ port = 0, inHex = "", tickMs }): Step => {
    if (tickMs !== undefined) return { op: "tick", ms: tickMs };
    return { op: "process", port, bytes: Buffer.from(inHex, "hex") };
  });
  return [{ op: "init", bytes: configBytes(manifest, config) }, ...rest];
}

/** An answer in the form of the vectors. */
function outcomeOf({ code, bytes, sent }: Answer): object {
  const emits = sent.flatMap((one) =>
    one.call === "emit" ? [{ port: one.port, hex: one.hex }] : [],
  );
  const gpio = sent.flatMap((one) =>
    one.call === "gpio_write" ? [{ slot: one.slot, value: one.value }] : [],
  );
  return { result: code, outHex: Buffer.from(bytes).toString("hex"), emits, gpio };
}

describe.each(processorNames())("vectors of %s", (name) => {
  test.each([v8, wasm2c, wasm3, cortexM])("come out on $name, bit for bit", async (engine) => {
    const built = await builtModule(name);
    for (const vector of vectorsOf(built)) {
      const answers = engine.run(built.wasm, stepsOf(built, vector), built.manifest.fuelPerCall);
      expect(answers[0]?.code).toBe(0);
      vector.steps.forEach((step, i) => {
        const { port: _, inHex: __, tickMs: ___, config: ____, ...wanted } = step;
        expect(outcomeOf(answers[i + 1] as Answer)).toMatchObject(wanted);
      });
    }
  });
});
