import { createRng, type Program, validateConfig, type Wsn } from "@fogwot/core/base";
import { type DriverEndpoints, DriverServer } from "../ipc";
import type { DriverDevice } from "./driver";
import { loadDriver } from "./load-driver";

/** Told to a driver process when it starts. */
export interface DriverProcessConfig {
  /** Folder name under drivers/. */
  readonly driver: string;
  readonly devices: readonly DriverDevice[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly endpoints: DriverEndpoints;
  /** Of the packet filters and the first sequence numbers. */
  readonly seed: number;
  readonly timeScale: number;
  readonly logLevel?: string;
}

export interface DriverProcessReport {
  readonly driver: string;
  readonly wsn: Wsn;
  readonly pid: number;
  readonly endpoints: DriverEndpoints;
}

/** One driver alone in its process, served over IPC: whatever fails in it ends here. */
export const driverProgram: Program<DriverProcessConfig, DriverProcessReport> = {
  async start(config, { log, clock, signal }) {
    if (config.logLevel) log.level = config.logLevel;
    const definition = loadDriver(config.driver);
    const settings = validateConfig<Record<string, unknown>>(
      config.settings,
      definition.settings,
      `settings of driver ${config.driver}`,
    );
    const driver = definition.create(
      { devices: config.devices, settings },
      {
        log,
        clock,
        rng: (purpose) => createRng(config.seed, "driver", config.driver, purpose),
        // Consecutive process ids are far apart in the 65 536 sequence numbers.
        nonce: process.pid * 7_919,
        timeScale: config.timeScale,
      },
    );
    const server = new DriverServer({ driver, endpoints: config.endpoints, clock, log });
    try {
      // Reachable once it works: a driver whose start fails was never there.
      await driver.start(signal);
      await server.start();
    } catch (error) {
      server.stop();
      await driver.stop();
      throw error;
    }
    return {
      report: {
        driver: definition.name,
        wsn: definition.wsn,
        pid: process.pid,
        endpoints: config.endpoints,
      },
      async stop() {
        await driver.stop();
        server.stop();
      },
    };
  },
};
