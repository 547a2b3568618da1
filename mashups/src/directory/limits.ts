import { OverloadedError } from "@fogwot/core";
import type { Entry } from "./entry";
import type { ThingTable } from "./thing-table";

export interface Limits {
  /** @default 10000 */
  readonly maxThings: number;
  /** Of one Thing Description. @default 256 KiB */
  readonly maxThingBytes: number;
  /** Of all Thing Descriptions. @default 256 MiB */
  readonly maxTotalBytes: number;
}

export function limitsOf(options: Partial<Limits>): Limits {
  const { maxThings = 10_000, maxThingBytes = 256 * 1024 } = options;
  return { maxThings, maxThingBytes, maxTotalBytes: options.maxTotalBytes ?? 256 * 1024 * 1024 };
}

/** @throws OverloadedError when the entry would be one too many, or too large beside the others */
export function checkRoom(table: ThingTable, entry: Entry, limits: Limits): void {
  const { maxThings, maxTotalBytes } = limits;
  const previous = table.get(entry.id);
  if (!previous && table.size >= maxThings) {
    const message = `the directory holds ${maxThings} Things, which is its limit`;
    throw new OverloadedError(message, { details: { maxThings } });
  }
  const totalBytes = table.totalBytes + entry.jsonBytes - (previous?.jsonBytes ?? 0);
  if (totalBytes > maxTotalBytes) {
    const message = `the directory would exceed ${maxTotalBytes} bytes, which is its limit`;
    throw new OverloadedError(message, { details: { maxTotalBytes } });
  }
}
