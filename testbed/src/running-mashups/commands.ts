import * as fs from "node:fs";
import * as path from "node:path";
import { NotFoundError } from "@fogwot/core";
import { SiteNotRunningError } from "../errors";
import type { ApiClient } from "../site-run/api-client";
import { attachSite } from "../site-run/attach";
import { findSiteFile } from "../site-run/find-site";
import { lastLines } from "../site-run/logs";
import type { MashupStatus } from "./running-mashup";
import type { MashupOrder } from "./running-mashups";

/** The `up` that runs the site's server keeps its mash-ups. @throws SiteNotRunningError */
async function keeperOf(site: string | undefined): Promise<ApiClient> {
  const siteFile = findSiteFile(site);
  const { controls } = await attachSite(siteFile);
  const keeper = controls.find(({ info }) => info.server !== undefined);
  if (!keeper) throw new SiteNotRunningError(`${siteFile} --only server`);
  return keeper.api;
}

export async function startMashup(
  site: string | undefined,
  order: MashupOrder,
): Promise<MashupStatus> {
  const script = path.resolve(order.script);
  return (await keeperOf(site)).request("POST", "/mashups", { ...order, script });
}

export async function listMashups(site: string | undefined): Promise<readonly MashupStatus[]> {
  const keeper = await keeperOf(site);
  return (await keeper.request<{ mashups: readonly MashupStatus[] }>("GET", "/mashups")).mashups;
}

export async function stopMashup(site: string | undefined, name: string): Promise<MashupStatus> {
  return (await keeperOf(site)).request("DELETE", `/mashups/${encodeURIComponent(name)}`);
}

/** The last lines of what a mash-up has printed. @throws NotFoundError */
export async function mashupLog(
  site: string | undefined,
  name: string,
  lines: number,
): Promise<{ readonly file: string; readonly lines: readonly string[] }> {
  const mashup = (await listMashups(site)).find((one) => one.name === name);
  if (!mashup) throw new NotFoundError(`mash-up ${name}`);
  const { logFile: file } = mashup;
  const older = `${file}.1`;
  const found = [older, file].flatMap((one) => (fs.existsSync(one) ? lastLines(one, lines) : []));
  return { file, lines: lines === 0 ? [] : found.slice(-lines) };
}

export function mashupLine({
  name,
  state,
  pid,
  restarts,
  script,
  exitReason,
}: MashupStatus): string {
  const why = exitReason === null ? "" : `   last ended: ${exitReason.split("\n")[0]}`;
  const process = pid === null ? "no process" : `pid ${pid}`;
  return `${name.padEnd(20)} ${state.padEnd(11)} ${process.padEnd(12)} ${restarts} restarts   ${script}${why}`;
}
