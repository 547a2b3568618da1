import pino, { type Logger } from "pino";

export type { Logger };

/**
 * A JSON-lines logger on stderr. Level by audience: `debug` for us, `info` for the operator,
 * `warn` when one operation failed, `error` when a whole Thing or transport did.
 *
 * @param name `<package>:<unit>`, for example `fog:wifi`
 */
export function createLogger(name: string, level = process.env.FOGWOT_LOG_LEVEL ?? "info"): Logger {
  return pino(
    { name, level, base: { pid: process.pid } },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** A logger that says nothing: the default in tests and libraries. */
export const silentLogger: Logger = pino({ level: "silent" });
