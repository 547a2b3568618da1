import { builtModule } from "@fogwot/wasm/engines";
import { figure } from "../../bench";
import type { WasmBenchPart } from "../part";
import { dependencyFootprint } from "./footprint";
import { hundredMessages, MESSAGES } from "./messages";
import { growingWork } from "./work";

/** "Adaptive retrofitting", table 2: milliseconds of the distance alone, without JSON. */
const TABLE_2 = [
  { device: "laptop", averageMs: 0.23, firstMs: 1.451 },
  { device: "Raspberry Pi 4", averageMs: 1.06, firstMs: 5.8 },
  { device: "ESP32", averageMs: 3.093, firstMs: 9.576 },
] as const;
/** The same paper, section 4.2. */
const PAPER = "the paper: 26.6 MB";
const COLUMNS = ["AS on V8", "C on V8", "AS, wasm2c", "TypeScript"] as const;

/** The papers' tables: a hundred messages per engine, and where the overhead of WebAssembly vanishes. */
export const part: WasmBenchPart = {
  isForPaper: true,
  async run({ quick }, output, signal) {
    const rows = await hundredMessages();
    output.line(`${MESSAGES} poses, kuka-axes and collision: first call, average, maximum (µs)`);
    for (const { engine, firstUs, averageUs, maxUs } of rows) {
      const numbers = [firstUs, averageUs, maxUs].map((us) => us.toFixed(2).padStart(10));
      output.line(`  ${engine.padEnd(24)}${numbers.join("")}`);
    }
    for (const { device, averageMs, firstMs } of TABLE_2) {
      const numbers = [firstMs, averageMs, firstMs].map((ms) =>
        (ms * 1_000).toFixed(0).padStart(10),
      );
      output.line(`  ${`the paper: ${device}`.padEnd(24)}${numbers.join("")}`);
    }
    signal.throwIfAborted();
    const work = await growingWork(quick);
    output.line("work per call, in C (µs); the same ÷ C of the same source:");
    output.line(`  ${"C".padStart(12)}${COLUMNS.map((name) => name.padStart(14)).join("")}`);
    for (const { cUs, onV8, fromCOnV8, onWasm2c, inTypeScript } of work) {
      const ratios = [onV8, fromCOnV8, onWasm2c, inTypeScript];
      const columns = ratios.map((ratio) => ratio.toFixed(2).padStart(14)).join("");
      output.line(`  ${cUs.toFixed(2).padStart(12)}${columns}`);
    }
    const modules = await Promise.all(["kuka-axes", "collision"].map(builtModule));
    const bytes = modules.reduce((sum, { wasm }) => sum + wasm.length, 0);
    const footprint = dependencyFootprint();
    const { packages, packagesBytes, ownBytes } = footprint;
    const named = Object.keys(packages).join(", ");
    return {
      figures: [
        figure("modules of the robot", bytes / 1e3, "kB", null, "the paper: 22 kB"),
        figure("packages to run processors", packagesBytes / 1e6, "MB", null, `${PAPER}; ${named}`),
        figure("our own code to run processors", ownBytes / 1e6, "MB"),
      ],
      details: { messages: rows, table2: TABLE_2, work, footprint },
      summary: {},
    };
  },
};
