import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { ApiClient } from "../../site-run/api-client";
import type { Asked } from "./segment-figures";

/** What is needed of one stored outcome; times in unscaled ms. */
export interface StoredRow extends Asked {
  readonly slot: number;
  /** Begin of its slot. */
  readonly tMs: number;
  readonly deviceRttMs: number;
}

/** Every outcome that the server's store holds, in order of slots. */
export async function storedRows(server: ApiClient): Promise<StoredRow[]> {
  const response = await server.open("GET", "/api/outcomes?format=csv");
  const body = Readable.fromWeb((response.body ?? new Blob([]).stream()) as ReadableStream);
  const rows: StoredRow[] = [];
  let columns: string[] | undefined;
  for await (const line of createInterface({ input: body })) {
    const cells = line.split(",");
    const cell = (name: string): string => cells[columns?.indexOf(name) ?? -1] ?? "";
    if (columns) {
      const ok = cell("ok") === "true";
      rows.push({
        slot: Number(cell("slot")),
        device: cell("device"),
        ok,
        rttMs: ok ? Number(cell("rtt_ms")) : Number.NaN,
        deviceRttMs: Number(cell("device_rtt_ms")),
        tMs: Number(cell("t_virtual_ms")),
      });
    } else columns = cells;
  }
  return rows;
}
