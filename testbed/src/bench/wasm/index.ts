import type { BenchDefinition, BenchFigure } from "../bench";
import { loadParts } from "./part";

/** What processors cost as WebAssembly, beside C, beside plain TypeScript, beside the papers. */
export const bench: BenchDefinition = {
  title: "processors as WebAssembly beside C; with --paper, the papers' tables",
  async run(options, output, signal) {
    const figures: BenchFigure[] = [];
    const details: Record<string, unknown> = { quick: options.quick };
    const summary: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(loadParts())) {
      if (part.isForPaper && !options.paper) continue;
      const result = await part.run(options, output, signal);
      figures.push(...result.figures);
      details[name] = result.details;
      Object.assign(summary, result.summary);
    }
    return { bench: "wasm", figures, details, summary };
  },
};
