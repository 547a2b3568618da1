import type { FastifyInstance } from "fastify";
import type { Directory } from "../../directory";
import type { Store } from "../../store";
import type { RowSink } from "../row-sink";
import type { SensingMashup } from "../sensing-mashup";
import { thingKind } from "../thing-kind";

export interface StatusRoutesOptions {
  readonly site: string;
  readonly mashup: SensingMashup;
  readonly directory: Directory;
  readonly store: Store;
  readonly sink: RowSink;
  readonly brokerUrl: string | null;
}

/** `GET /api/status`: what the operator's screen shows, from memory alone. */
export function addStatusRoutes(app: FastifyInstance, options: StatusRoutesOptions): void {
  app.get("/api/status", async () => statusOf(options));
}

export function statusOf({ site, mashup, directory, store, sink, brokerUrl }: StatusRoutesOptions) {
  const { isRunning: _, devices, ...sensing } = mashup.status();
  const { rows, readings, pendingRows, flushes, lastFlushMs, maxFlushMs } = store.counters();
  return {
    site,
    state: mashup.state,
    ...sensing,
    slots: sensing.slot,
    devices: devices.map(({ id, wsn, requests, ok, rttMs, pdr }) => ({
      id,
      wsn,
      /** Requests of the window, so that the share of a device is seen. */
      selected: requests,
      ok,
      rttMs,
      pdr,
    })),
    things: countKinds(directory),
    store: {
      rows,
      readings,
      pendingRows,
      lostRows: sink.lostRows,
      malformedReadings: sink.malformedReadings,
      flushes,
      lastFlushMs,
      maxFlushMs,
    },
    brokerUrl,
  };
}

function countKinds(directory: Directory) {
  const counts = { device: 0, network: 0, node: 0, other: 0 };
  for (const td of directory.list()) counts[thingKind(td)]++;
  return {
    devices: counts.device,
    networks: counts.network,
    nodes: counts.node,
    others: counts.other,
  };
}
