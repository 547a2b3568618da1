import { fetchServerStatus, type ServerStatus } from "../../site-run/server-status";
import type { LivingSite } from "./living-site";

/** What the processing server says of itself. @throws UnreachableError while it is away */
export function sensingStatus(site: LivingSite): Promise<ServerStatus> {
  return fetchServerStatus(site.server);
}
