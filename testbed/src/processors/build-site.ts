import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Site, SiteProcessor } from "@fogwot/core";
import { loadSecretKey, newPublisherKey, trustPublishers } from "../keys/publisher-keys";
import { onProcessors } from "./processor-failure";
import { publishProcessor } from "./publish-processor";

/**
 * Builds the processors that a site names by their sources, and signs them with a key of its own, made
 * the first time: what its nodes are given is published like any other, and held to the same rules.
 * Publishing again what has not changed keeps what is there.
 *
 * @param folder private; the key, the list that names it and the artifacts lie there
 * @returns the site with an artifact for each source, and the list for its nodes
 * @throws ConfigError, ProcessorProblemError, UsageError
 */
export async function buildSiteProcessors(site: Site, folder: string): Promise<Site> {
  const all = [...site.nodes, site.server].flatMap(({ processors }) => processors);
  const sources = new Set(all.flatMap(({ source }) => (source === undefined ? [] : [source])));
  if (sources.size === 0 || !site.processors) return site;
  const key = siteKey(site.site, folder);
  const artifacts = new Map<string, string>();
  for (const source of sources) {
    const out = path.join(folder, "artifacts", folderName(source));
    const options = { target: source, key: key.secret, out };
    const { files } = await onProcessors(() => publishProcessor(options));
    artifacts.set(source, files.wasm);
  }
  const built = (processors: readonly SiteProcessor[]): SiteProcessor[] =>
    processors.map(({ source, ...rest }) => {
      const artifact = source === undefined ? undefined : artifacts.get(source);
      return artifact === undefined ? rest : { ...rest, artifact };
    });
  return {
    ...site,
    processors: { ...site.processors, ownTrust: key.trustFile },
    server: { ...site.server, processors: built(site.server.processors) },
    nodes: site.nodes.map((node) => ({ ...node, processors: built(node.processors) })),
  };
}

function siteKey(name: string, folder: string) {
  const secretFile = path.join(folder, `${name}.key.json`);
  const trustFile = path.join(folder, "trust.json");
  if (!fs.existsSync(secretFile)) newPublisherKey(name, folder);
  // What was revoked in the list stays so.
  if (!fs.existsSync(trustFile)) {
    trustPublishers(trustFile, [path.join(folder, `${name}.pub.json`)]);
  }
  return { secret: loadSecretKey(secretFile), trustFile };
}

/** Two processors may have folders of the same name. */
function folderName(source: string): string {
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 8);
  return `${path.basename(source)}-${hash}`;
}
