import { startBroker } from "@fogwot/mashups";
import { serve } from "./serve";

export interface BrokerReport {
  readonly url: string;
}

/** The embedded broker in a process of its own, as a site has it. */
serve<null, BrokerReport>("broker", async () => {
  const broker = await startBroker({ port: 0 });
  return { report: { url: broker.url }, stop: () => broker.stop() };
});
