import type { Program } from "@fogwot/core";
import type { FogNodeConfig, FogNodeReport } from "./config";
import { FogNode } from "./node";

/** What a fog node tells its parent by itself. */
export interface FogNodeNews {
  readonly report: FogNodeReport;
}

/** The fog node as a supervised program. */
export const fogNodeProgram: Program<FogNodeConfig, FogNodeReport> = {
  async start(config, { log, clock, send }) {
    if (config.logLevel) log.level = config.logLevel;
    const node = new FogNode(config, {
      clock,
      log,
      onReport: (report) => send({ report } satisfies FogNodeNews),
    });
    try {
      const report = await node.start();
      return { report, stop: () => node.stop(), onMessage: (message) => node.ask(message) };
    } catch (error) {
      await node.stop();
      throw error;
    }
  },
};
