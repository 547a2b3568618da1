import * as path from "node:path";
import type { BrokerReport } from "./broker";
import type { Processes } from "./processes";

/** Starts the embedded broker in a process of its own, as a site has it. @returns its URL */
export async function startBrokerProcess(processes: Processes, name = "broker"): Promise<string> {
  const source = path.join(__dirname, `broker${path.extname(__filename)}`);
  return (await processes.start<null, BrokerReport>(name, source, null)).report.url;
}
