import {
  stockClientFactories,
  stockCoapServer,
  stockHttpServer,
  stockMqttServer,
} from "@fogwot/core";
import {
  type BindingHarness,
  type BindingServer,
  COAP_CLAIMS,
  HTTP_CLAIMS,
  MQTT_CLAIMS,
  openCoapHarness,
  openHttpHarness,
  openMqttHarness,
} from "@fogwot/core/compliance";
import { startBroker } from "@fogwot/mashups";
import type { ProtocolServer } from "@node-wot/core";
import { stockOperations } from "./stock-operations";

export const BINDINGS = ["http", "coap", "mqtt"] as const;
export type Binding = (typeof BINDINGS)[number];

/** Whose implementation: this project's, or the one node-wot brings. */
export type Maker = "own" | "stock";

/** A server and a client that meet on the wire. */
export interface Pair {
  readonly binding: Binding;
  readonly server: Maker;
  readonly client: Maker;
}

export const CLAIMS = { http: HTTP_CLAIMS, coap: COAP_CLAIMS, mqtt: MQTT_CLAIMS } as const;

/** The pair as the compliance suite sees it; over MQTT with a broker of its own. */
export async function openPair({ binding, server, client }: Pair): Promise<BindingHarness> {
  const { harness, makeStockServer, descriptionUrl } = await open(binding);
  return {
    ...harness,
    // At 50 ms node-wot's long polls keep up, on a machine that does nothing else.
    ...(server === "stock" || client === "stock" ? { notificationGapMs: 250 } : {}),
    ...(server === "stock"
      ? { createServer: () => makeStockServer() as BindingServer, descriptionUrl }
      : {}),
    ...(client === "stock"
      ? {
          createClientFactory: () => {
            const [factory] = stockClientFactories([binding]);
            if (!factory) throw new TypeError(`no stock client for ${binding}`);
            return factory;
          },
          operations: stockOperations,
        }
      : {}),
  };
}

interface Opened {
  readonly harness: BindingHarness;
  readonly makeStockServer: () => ProtocolServer;
  /** Where node-wot's own server gives the Thing Description. */
  readonly descriptionUrl: NonNullable<BindingHarness["descriptionUrl"]>;
}

async function open(binding: Binding): Promise<Opened> {
  const at =
    (base: (port: number) => string): Opened["descriptionUrl"] =>
    (server, thing) =>
      `${base(server.getPort())}/${slug(thing)}`;
  if (binding === "http") {
    return {
      harness: await openHttpHarness(),
      makeStockServer: () => stockHttpServer({ port: 0 }),
      descriptionUrl: at((port) => `http://127.0.0.1:${port}`),
    };
  }
  if (binding === "coap") {
    return {
      harness: await openCoapHarness(),
      makeStockServer: () => stockCoapServer({ port: 0 }),
      descriptionUrl: at((port) => `coap://127.0.0.1:${port}`),
    };
  }
  const broker = await startBroker({ port: 0 });
  return {
    harness: await openMqttHarness(broker),
    makeStockServer: () => stockMqttServer({ brokerUrl: broker.url }),
    descriptionUrl: at(() => broker.url),
  };
}

function slug(thing: WoT.ExposedThing): string {
  return (thing as unknown as { title: string }).title.toLowerCase();
}
