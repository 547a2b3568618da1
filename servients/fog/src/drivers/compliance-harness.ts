import type { Driver, DriverConfig, DriverContext } from "./driver";

/** Devices and the world they live in, for one driver under test. Opened anew for each sentence. */
export interface DriverHarness {
  /** Devices that answer; two where the driver serves more than one. */
  readonly ids: readonly [string, ...string[]];
  /** A driver of these devices, not started. `keepAliveMs` 60 s: silence, unless a test sets it. */
  create(context: DriverContext, options: HarnessOptions): Driver;
  /** Resolves when nothing that the device has said is on its way any more. */
  silence(id: string): void | Promise<void>;
  speak(id: string): void;
  /** What only a device made for tests does. */
  readonly tricks?: {
    /** Sends `count` malformed messages. */
    sendMalformed(id: string, count: number): void;
    /** How many it got. */
    received(id: string, type: "query" | "set"): number;
    delayReplies(id: string, delayMs: number): void;
    ignoreNext(id: string, count: number): void;
    refuse(id: string): void;
    push(id: string): void;
    restart(id: string): void;
  };
  close(): Promise<void>;
}

export interface HarnessOptions {
  readonly keepAliveMs: number;
  readonly parameters?: DriverConfig["devices"][number]["parameters"];
}

export interface DriverCapabilities {
  /** The harness has `tricks`. */
  readonly canMisbehave: boolean;
  /** `bytes`: the device is a stream, which has no parameters and is not asked for readings. */
  readonly delivers?: "readings" | "bytes";
}
