import { rmSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "@fogwot/core/base";

/** Where a driver process is reached. */
export interface DriverEndpoints {
  /** ROUTER socket of the driver: queries. */
  readonly query: string;
  /** PUB socket of the driver: pushed data. */
  readonly data: string;
}

/** The kernel's limit is 108 bytes with the terminating zero; ZeroMQ wants a few for itself. */
const MAX_PATH_BYTES = 100;

/**
 * Socket files of one driver in the run directory.
 * @throws ConfigError where the path would be too long for a Unix socket
 */
export function driverEndpoints(runDirectory: string, name: string): DriverEndpoints {
  const at = (kind: string): string => {
    const file = path.resolve(runDirectory, `${name}.${kind}`);
    const bytes = Buffer.byteLength(file);
    if (bytes >= MAX_PATH_BYTES) {
      throw new ConfigError(file, [
        {
          path: "/runDirectory",
          got: `a socket path of ${bytes} bytes`,
          wanted: `less than ${MAX_PATH_BYTES}: choose a shorter run directory`,
        },
      ]);
    }
    return `ipc://${file}`;
  };
  return { query: at("query"), data: at("data") };
}

/** Removes what a killed driver process could not. */
export function removeSocketFiles({ query, data }: DriverEndpoints): void {
  for (const url of [query, data]) rmSync(url.replace(/^ipc:\/\//, ""), { force: true });
}
