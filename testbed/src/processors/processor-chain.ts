import * as path from "node:path";
import { loadSite, loadYaml, PROCESSORS_SCHEMA } from "@fogwot/core";
import { UsageError } from "../errors";
import { findSiteFile } from "../site-run/find-site";
import { onTiers, type TiersOptions, tierOf } from "./site-tiers";

export interface Chain {
  readonly node: string;
  /** As the section `processors` of a node. */
  readonly processors: readonly object[];
}

export interface ChangeChain extends TiersOptions {
  /** Name of the node, or `server`. */
  readonly node: string;
  /** YAML with the member `processors`; `site`: the site file's. */
  readonly chain: { readonly file: string } | "site" | undefined;
}

/**
 * Shows what a tier feeds from what, or replaces it while it runs.
 * @throws ConfigError for a file that cannot be read, InteractionError for a chain that cannot be
 */
export function processorChain({ node, chain, ...options }: ChangeChain): Promise<Chain> {
  const wanted = chain === "site" ? ofSite(options.site, node) : chain && readChain(chain.file);
  return onTiers(options, async (tiers) => {
    const { thing } = tierOf(tiers, node);
    if (wanted) await thing.writeProperty("processorChain", wanted as never);
    const processors = await (await thing.readProperty("processorChain")).value();
    return { node, processors: processors as unknown as object[] };
  });
}

function readChain(file: string): readonly object[] {
  return loadYaml<{ readonly processors: readonly object[] }>(path.resolve(file), SCHEMA)
    .processors;
}

function ofSite(site: string | undefined, node: string): readonly object[] {
  const { server, nodes } = loadSite(findSiteFile(site));
  if (node === "server") return server.processors;
  const found = nodes.find(({ name }) => name === node);
  if (found) return found.processors;
  throw new UsageError(`the site has no node ${node}`);
}

const SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["processors"],
  properties: { processors: PROCESSORS_SCHEMA },
};
