import { startBroker } from "@fogwot/mashups";
import { serve } from "./serve";

export interface BrokerReport {
  readonly url: string;
}

/** The embedded broker. */
serve<null, BrokerReport>("broker", async () => {
  const broker = await startBroker({ port: 0 });
  return { report: { url: broker.url }, stop: () => broker.stop() };
});
