import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type LinkSettings, loadSite, type Site } from "@fogwot/core";
import { cpuSeconds } from "../../files/process-table";
import { Processes } from "../../programs/processes";
import { createApiClient } from "../../site-run/api-client";
import { serverEntry } from "../../site-run/children";
import type { ServerInfo } from "../../site-run/run-info";
import { fetchServerStatus } from "../../site-run/server-status";
import { storedRows } from "../live-virtual/stored-rows";
import { until } from "../site/until";
import type { BoardsConfig, BoardsReport } from "./boards";
import { type Pace, paceOf } from "./pace";

export interface ScaleOptions {
  readonly things: number;
  readonly m: number;
  readonly slots: number;
  readonly policy: string;
  readonly timeScale: number;
  readonly seed: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface ScaleFigures extends Pace {
  readonly things: number;
  readonly m: number;
  readonly requests: number;
  readonly pdr: number;
  /** Share of one processor, over the slots. */
  readonly serverCpu: number;
  readonly boardsCpu: number;
  readonly serverMb: number;
  /** Load of the machine over the last minute. */
  readonly load: number;
}

const LINK: LinkSettings = {
  baseMs: 40,
  jitter: { medianMs: 20, sigma: 0.5 },
  gilbertElliott: { pGoodToBad: 0.01, pBadToGood: 0.5, lossGood: 0.01, lossBad: 0.5 },
  filterLoss: 0,
  cut: false,
  extraDelayMs: 0,
  extraLoss: 0,
};

const SITE = "scale";
const REGISTERING = 20;
const PATIENCE_MS = 60_000;

/** A processing server that senses many Things over HTTP, slot by slot, with everything stored. */
export async function runScale(options: ScaleOptions): Promise<ScaleFigures> {
  const { things, m, slots, policy, timeScale, seed, onProgress, signal } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-scale-"));
  const token = randomUUID();
  await using processes = new Processes(signal);
  try {
    const site = siteOf(folder, m, policy, seed);
    const { intervalMs } = site.mashup;
    onProgress(`starting ${things} boards and a server`);
    const [boards, server] = await Promise.all([
      processes.start<BoardsConfig, BoardsReport>(
        "boards",
        path.join(__dirname, `boards${path.extname(__filename)}`),
        {
          ...{
            site: SITE,
            links: Array<LinkSettings>(things).fill(LINK),
            seed,
            timeScale,
            intervalMs,
          },
        },
      ),
      processes.start<object, ServerInfo>("server", serverEntry(), {
        ...{
          site,
          token,
          timeScale,
          stateDirectory: path.join(folder, "state"),
          logLevel: "error",
        },
        ports: { http: 0, mqtt: 0 },
      }),
    ]);
    const api = createApiClient(server.report.url, token, { timeoutMs: PATIENCE_MS });
    await api.request("POST", "/api/sensing/stop");
    for (let first = 0; first < things; first += REGISTERING) {
      const some = boards.report.tds.slice(first, first + REGISTERING);
      await Promise.all(some.map((td) => api.request("PUT", `/things/${td.id}`, td)));
      onProgress(`${first + some.length} Things registered`);
    }
    const cpu = () => [server.pid, boards.pid].map((pid) => cpuSeconds(pid) ?? Number.NaN);
    const [beginMs, before] = [performance.now(), cpu()];
    await api.request("POST", "/api/sensing/start");
    await until(
      `${slots} slots`,
      async () => signal.aborted || (await fetchServerStatus(api)).slots >= slots,
      4 * slots * intervalMs * timeScale + 60_000,
    );
    await api.request("POST", "/api/sensing/stop");
    const seconds = (performance.now() - beginMs) / 1_000;
    const [serverCpu = 0, boardsCpu = 0] = cpu().map(
      (used, i) => (used - (before[i] as number)) / seconds,
    );
    const rows = await storedRows(api);
    const answered = rows.filter(({ ok }) => ok).length;
    return {
      ...{ things, m, requests: rows.length, pdr: answered / Math.max(1, rows.length) },
      ...paceOf(rows, { m, intervalMs, timeScale }),
      ...{
        serverCpu,
        boardsCpu,
        serverMb: processes.residentMb("server"),
        load: os.loadavg()[0] ?? 0,
      },
    };
  } finally {
    await processes.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function siteOf(folder: string, m: number, policy: string, seed: number): Site {
  const file = path.join(folder, "site.yaml");
  const mashup = { policy, m, timeoutMs: 500, intervalMs: 1_000, binding: "http", seed };
  const server = { host: "127.0.0.1", httpPort: 0 };
  // Its Things come through the directory.
  const network = { name: "wifi", wsn: "wifi", driver: "wifi", devices: [] };
  const nodes = [{ name: "boards", networks: [network] }];
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify({ site: SITE, server, nodes, mashup }));
  return loadSite(file);
}
