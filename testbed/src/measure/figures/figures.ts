import type { BindingName } from "@fogwot/core";
import { SYSTEM } from "../leg";
import type { LegSummary, MeasureRow } from "../rows";
import type { Distribution } from "../statistics";
import type { Variant } from "../variant";

/** Round-trip times of one device. */
export interface FigureRtt {
  readonly device: string;
  readonly wsn: string;
  readonly requests: number;
  /** Of the answered ones, ms as they were waited for; null where none was answered. */
  readonly rtt: Distribution | null;
}

/** Share of a device's requests that were answered within the time-out. */
export interface FigurePdr {
  readonly device: string;
  readonly wsn: string;
  readonly requests: number;
  readonly pdr: number;
  /** Wilson, 95 %. */
  readonly pdrInterval: readonly [number, number];
}

/** One device asked with and without the Web of Things. */
export interface FigureOverhead {
  readonly device: string;
  readonly wsn: string;
  /** `getData` over HTTP: client, binding, Servient, IPC, driver, board. ms */
  readonly withWot: Distribution | null;
  /** The same question at the driver over IPC: no Servient, no binding. ms */
  readonly withoutWot: Distribution | null;
  /**
   * Median of what Servient, binding and client add, ms: each RTT less the driver's own part of the
   * same request. The boxes differ by the radio's spread too, this does not.
   */
  readonly addedP50Ms: number | null;
}

/**
 * The per-device figures of "A W3C Web of Things testbed" (WWIC 2019), measured here. A binding that
 * was not measured leaves its figure empty. With a time scale other than 1 the links' part of each
 * time is scaled, the programs' part is not.
 */
export interface MeasuredFigures {
  readonly site: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Of the links: 0.1 runs ten times as fast. */
  readonly timeScale: number;
  /** Per device and figure. */
  readonly requests: number;
  readonly timeoutMs: number;
  /** Devices of the site that are emulated. */
  readonly emulated: number;
  /** RTT over HTTP. */
  readonly fig3a: readonly FigureRtt[];
  /** PDR over HTTP; `unfiltered` with packet filters off, null where that was not measured. */
  readonly fig3b: {
    readonly filtered: readonly FigurePdr[];
    readonly unfiltered: readonly FigurePdr[] | null;
  };
  /** RTT over CoAP, and over MQTT, which the paper does not show. */
  readonly fig3c: { readonly coap: readonly FigureRtt[]; readonly mqtt: readonly FigureRtt[] };
  readonly fig5c: readonly FigureOverhead[];
}

export interface FigureFacts
  extends Pick<
    MeasuredFigures,
    "site" | "startedAt" | "timeScale" | "requests" | "timeoutMs" | "emulated"
  > {
  /** Devices that a mash-up senses: the others are not in the figures. */
  readonly sensed: ReadonlySet<string>;
}

export interface FigureInput {
  readonly variants: readonly Variant[];
  readonly summaries: readonly LegSummary[];
  readonly rows: readonly MeasureRow[];
  /** With packet filters off, over HTTP. */
  readonly unfiltered: readonly LegSummary[] | null;
}

/** Picks the figures out of what was measured. */
export function figuresOf(
  { sensed, ...facts }: FigureFacts,
  { variants, summaries, rows, unfiltered }: FigureInput,
): MeasuredFigures {
  const own = summaries.filter(({ device }) => sensed.has(device));
  const legOf = (binding: BindingName): string | undefined => ownVariant(variants, binding)?.name;
  const asked = (binding: BindingName) => own.filter(({ leg }) => leg === legOf(binding));
  const rtts = (binding: BindingName): FigureRtt[] => asked(binding).map(toRtt);
  return {
    ...facts,
    fig3a: rtts("http"),
    fig3b: {
      filtered: asked("http").map(toPdr),
      unfiltered: unfiltered?.filter(({ device }) => sensed.has(device)).map(toPdr) ?? null,
    },
    fig3c: { coap: rtts("coap"), mqtt: rtts("mqtt") },
    fig5c: asked("http").flatMap(({ device, wsn, leg, rtt }) => {
      const system = own.find((one) => one.device === device && one.leg === SYSTEM);
      if (!system) return [];
      const row = rows.find((one) => one.device === device && one.variant === leg);
      const addedP50Ms = row?.overheadP50Ms ?? null;
      return [{ device, wsn, withWot: rtt, withoutWot: system.rtt, addedP50Ms }];
    }),
  };
}

/** The variant that stands for a binding in the figures: the first of ours. */
export function ownVariant(
  variants: readonly Variant[],
  binding: BindingName,
): Variant | undefined {
  return variants.find((one) => one.binding === binding && one.implementation === "own");
}

function toRtt({ device, wsn, requests, rtt }: LegSummary): FigureRtt {
  return { device, wsn, requests, rtt };
}

function toPdr({ device, wsn, requests, pdr, pdrInterval }: LegSummary): FigurePdr {
  return { device, wsn, requests, pdr, pdrInterval };
}
