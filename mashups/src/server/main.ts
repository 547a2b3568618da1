import { createLogger, runProgram } from "@fogwot/core";
import type { ServerConfig, ServerReport } from "./config";
import { startProcessingServer } from "./processing-server";

runProgram<ServerConfig, ServerReport>("processing-server", {
  start: (config, { clock, log }) =>
    startProcessingServer(config, {
      clock,
      log: config.logLevel ? createLogger("processing-server", config.logLevel) : log,
    }),
});
