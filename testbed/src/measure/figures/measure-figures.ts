import { BINDING_NAMES } from "@fogwot/core";
import { measure } from "../measure";
import type { MeasuredFigures } from "./figures";

export interface MeasureFiguresOptions {
  readonly siteFile: string;
  /** Per device, binding and figure. */
  readonly requests: number;
  /** A later answer is a loss. @default 500 ms */
  readonly timeoutMs?: number;
  /** Of the links; starts a site of its own. @default as the running site, or the site file */
  readonly timeScale?: number;
  /** A site of its own even when one runs. @default false */
  readonly ephemeral?: boolean;
  /** Folder for the whole measurement: CSV, JSON and page. */
  readonly out?: string;
  readonly onProgress?: (text: string) => void;
}

const TIMEOUT_MS = 500;

/**
 * Measures what the paper's Figs. 3(a) to (c) and 5(c) show, live: on the running site, whose packet
 * filters are off meanwhile, or on one started for it.
 *
 * @throws UsageError when a device lacks a binding; InterruptedError of a site that could not start
 */
export async function measureFigures(
  options: MeasureFiguresOptions,
  signal: AbortSignal,
): Promise<MeasuredFigures> {
  const { siteFile, requests, timeoutMs = TIMEOUT_MS, ephemeral = false } = options;
  const { timeScale, out, onProgress = () => undefined } = options;
  const { figures } = await measure(
    {
      ...{ siteFile, requests, timeoutMs, ephemeral, bindings: BINDING_NAMES, unfiltered: true },
      ...(timeScale === undefined ? {} : { timeScale }),
      ...(out === undefined ? {} : { out }),
    },
    { progress: onProgress, endProgress: () => undefined },
    signal,
  );
  // Devices were asked, no benchmark Thing: then there are figures.
  return figures as MeasuredFigures;
}
