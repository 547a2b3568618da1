import { type Fetch, loadSite, systemClock } from "@fogwot/core";
import { SiteNotRunningError } from "../errors";
import { type ApiClient, createApiClient } from "./api-client";
import { livingRuns, WHOLE_SITE } from "./run-file";
import type { RunInfo } from "./run-info";
import { siteFetch } from "./site-client";
import { siteDirectory } from "./state-directory";

/** A running site as another command sees it. */
export interface AttachedSite {
  readonly siteFile: string;
  /** Everything that runs of the site on this machine; the whole site, or its parts joined. */
  readonly info: RunInfo;
  /** Control API of every `up` that runs a part of the site; usually one. */
  readonly controls: readonly { readonly info: RunInfo; readonly api: ApiClient }[];
  /** Reaches servers and Things of the site in the operator's name. */
  readonly fetch: Fetch;
  /** API of the processing server, where one runs on this machine. */
  readonly server: ApiClient | undefined;
}

const STARTING_LIMIT_MS = 30_000;
const POLL_MS = 100;

/**
 * Finds the running site; one that is just starting is waited for.
 * @throws SiteNotRunningError
 */
export async function attachSite(siteFile: string): Promise<AttachedSite> {
  const found = await tryAttach(siteFile);
  if (!found) throw new SiteNotRunningError(siteFile);
  return found;
}

/** As `attachSite`, undefined when none runs. */
export async function tryAttach(siteFile: string): Promise<AttachedSite | undefined> {
  const directory = siteDirectory(siteFile, loadSite(siteFile).site);
  const deadlineMs = systemClock.monotonicMs() + STARTING_LIMIT_MS;
  let runs = livingRuns(directory);
  while (runs.some((run) => run.state === "starting")) {
    if (systemClock.monotonicMs() > deadlineMs) break;
    await systemClock.sleep(POLL_MS);
    runs = livingRuns(directory);
  }
  const up = runs.filter((run) => run.state === "up");
  return up.length === 0 ? undefined : joinRuns(siteFile, up);
}

/** What a command sees of runs that it knows; also of an ephemeral one in its own process. */
export function joinRuns(siteFile: string, runs: readonly RunInfo[]): AttachedSite {
  const [first] = runs;
  if (!first) throw new SiteNotRunningError(siteFile);
  const server = runs.find((run) => run.server);
  const token = server?.token ?? first.token;
  const fetch = siteFetch(loadSite(siteFile), token);
  const info: RunInfo = {
    ...first,
    scope: runs.length === 1 ? first.scope : WHOLE_SITE,
    ...(server?.server ? { server: server.server, token } : {}),
    nodes: runs.flatMap((run) => run.nodes),
    emulated: Object.assign({}, ...runs.map((run) => run.emulated)) as Record<string, string>,
    lines: Object.assign({}, ...runs.map((run) => run.lines)) as Record<string, string>,
  };
  return {
    siteFile,
    info,
    fetch,
    controls: runs.flatMap((run) =>
      run.controlUrl ? [{ info: run, api: createApiClient(run.controlUrl, run.token) }] : [],
    ),
    server: server?.server ? createApiClient(server.server.url, token, { fetch }) : undefined,
  };
}
