import type { Program } from "@fogwot/core";
import type { FogNodeConfig, FogNodeReport } from "./config";
import { FogNode } from "./node";

/** The fog node as a supervised program. */
export const fogNodeProgram: Program<FogNodeConfig, FogNodeReport> = {
  async start(config, { log, clock }) {
    if (config.logLevel) log.level = config.logLevel;
    const node = new FogNode(config, { clock, log });
    try {
      const report = await node.start();
      return { report, stop: () => node.stop(), onMessage: (message) => node.ask(message) };
    } catch (error) {
      await node.stop();
      throw error;
    }
  },
};
