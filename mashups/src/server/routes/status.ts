import type { FastifyInstance } from "fastify";
import type { Directory } from "../../directory";
import type { Store } from "../../store";
import { type Protect, reading } from "../http/protection";
import { KindCounts } from "../kind-counts";
import type { RowSink } from "../row-sink";
import type { SensingMashup } from "../sensing-mashup";

export interface StatusRoutesOptions {
  readonly site: string;
  readonly protect: Protect;
  readonly mashup: SensingMashup;
  readonly directory: Directory;
  readonly store: Store;
  readonly sink: RowSink;
  readonly brokerUrl: string | null;
}

/** `GET /api/status`: what the operator's screen shows, from memory alone. */
export function addStatusRoutes(app: FastifyInstance, options: StatusRoutesOptions): void {
  const kinds = new KindCounts(options.directory);
  const route = { onRequest: options.protect(reading("status")) };
  app.get("/api/status", route, async () => statusOf(options, kinds));
}

function statusOf(options: StatusRoutesOptions, kinds: KindCounts) {
  const { site, mashup, store, sink, brokerUrl } = options;
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
    things: kinds.counts,
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
