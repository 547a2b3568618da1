import { loadSite, PortInUseError } from "@fogwot/core";
import { tryAttach } from "../../site-run/attach";
import { findSiteFile } from "../../site-run/find-site";
import { planSite } from "../../site-run/site-plan";
import { checkPortsFree, wantedPorts } from "../../site-run/site-ports";
import type { Check } from "../check";

export const check: Check = async ({ site }) => {
  const siteFile = findSiteFile(site);
  const { site: name } = loadSite(siteFile);
  if (await tryAttach(siteFile))
    return { level: "ok", found: `site ${name} runs and has its ports` };
  const plan = planSite({ siteFile });
  const ports = wantedPorts(plan.site, { server: true, nodes: plan.nodes, boards: plan.boards });
  try {
    await checkPortsFree(ports);
    return { level: "ok", found: `${ports.length} ports of site ${name} are free` };
  } catch (error) {
    if (!(error instanceof PortInUseError)) throw error;
    return {
      level: "failed",
      found: error.message,
      mend: "end the program that holds it, or run fogwot up --port-base 0",
    };
  }
};
