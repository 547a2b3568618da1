import { type BrokerOptions, startBroker } from "@fogwot/mashups";
import { serve } from "./serve";

/** Where it is served; loopback without. */
export type BrokerConfig = Pick<BrokerOptions, "host" | "insecure" | "tls"> | null;

export interface BrokerReport {
  readonly url: string;
}

/** The embedded broker. */
serve<BrokerConfig, BrokerReport>("broker", async (config) => {
  const broker = await startBroker({ port: 0, ...config });
  return { report: { url: broker.url }, stop: () => broker.stop() };
});
