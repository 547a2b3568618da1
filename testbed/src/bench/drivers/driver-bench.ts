import * as fs from "node:fs";
import * as path from "node:path";
import type { Output } from "../../cli/output";
import type { Distribution } from "../../measure/statistics";

/** What one driver costs: from its first transmission to the reply, as it measures it itself. */
export interface DriverBench {
  /** What is measured, as in the table of figures. */
  readonly title: string;
  /** The median may be this much, with emulated delays off. */
  readonly barMs: number;
  measure(requests: number, output: Output, signal: AbortSignal): Promise<DriverLeg>;
}

export interface DriverLeg {
  /** ms; null where nothing was answered. */
  readonly rtt: Distribution | null;
  readonly failed: number;
}

/** The drivers that are measured: a folder each, which exports `driverBench`. */
export function listDriverBenches(): string[] {
  return fs
    .readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export function loadDriverBench(name: string): DriverBench {
  return (require(path.join(__dirname, name)) as { driverBench: DriverBench }).driverBench;
}
