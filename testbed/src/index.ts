/**
 * @fogwot/testbed: runs whole sites, measures them, and is the `fogwot` command.
 *
 * ```ts
 * import { findSiteFile, measure, useSite } from "@fogwot/testbed";
 *
 * const siteFile = findSiteFile("factory");
 * const signal = AbortSignal.timeout(60_000);
 * await useSite({ siteFile, signal }, async (site) => {
 *   console.log(site.info.nodes.flatMap((node) => node.things.map((thing) => thing.tdUrl)));
 * });
 * ```
 *
 * `useSite` takes the site that runs, or starts one for the time of the call. `SiteRun` is what
 * `fogwot up` runs; `attachSite` is how every other command finds it.
 *
 * @packageDocumentation
 */
export {
  EMULATION_SCHEMA,
  type EmulatedBoard,
  type Emulation,
  loadEmulation,
} from "./emulation/emulation-file";
export type { LinkState } from "./emulation/program";
export * from "./errors";
export * from "./experiments";
export type {
  FigureOverhead,
  FigurePdr,
  FigureRtt,
  MeasuredFigures,
} from "./measure/figures/figures";
export { type MeasureFiguresOptions, measureFigures } from "./measure/figures/measure-figures";
export { figureSections } from "./measure/figures/plots";
export { type Measured, type MeasureOptions, measure } from "./measure/measure";
export type { MeasureRow } from "./measure/rows";
export { runScript } from "./script/load-script";
export { createSiteThings, type SiteThings } from "./script/site-things";
export { type AttachedSite, attachSite } from "./site-run/attach";
export { findSiteFile } from "./site-run/find-site";
export type { RunInfo } from "./site-run/run-info";
export { type PlanOptions, planSite, type SitePlan } from "./site-run/site-plan";
export { SiteRun, type SiteRunOptions } from "./site-run/site-run";
export { type UsedSite, type UseSiteOptions, useSite } from "./site-run/use-site";
