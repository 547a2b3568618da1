import type { ProtocolClientFactory } from "@node-wot/core";
import { CoapBindingClientFactory } from "../bindings/coap";
import { HttpBindingClientFactory } from "../bindings/http";
import { MqttBindingClientFactory } from "../bindings/mqtt";
import type { Logger } from "../log";
import { BINDING_NAMES, type BindingName } from "./binding-name";
import type { ServientCredentials } from "./credentialed-servient";
import type { ServientOptions } from "./servient";
import { stockClientFactories } from "./stock";

/** The client role of a Servient: every scheme of the bindings that are wanted. */
export function clientFactories(options: ServientOptions, log: Logger): ProtocolClientFactory[] {
  const { clients = BINDING_NAMES, credentials, tls = {}, brokers = {} } = options;
  if (options.stockClients) return stockClientFactories(clients);
  const common = { timeoutMs: options.requestTimeoutMs ?? 10_000, log };
  const known = credentials ? { credentials } : {};
  const make: Readonly<Record<BindingName, () => ProtocolClientFactory[]>> = {
    http: () => [
      new HttpBindingClientFactory({ ...common, ...known }),
      new HttpBindingClientFactory({ ...common, ...known, ...tls, scheme: "https" }),
    ],
    coap: () => [
      new CoapBindingClientFactory(common),
      new CoapBindingClientFactory({ ...common, ...pskOf(credentials), scheme: "coaps+tcp" }),
    ],
    mqtt: () => [
      new MqttBindingClientFactory({ ...common, credentials: brokers }),
      new MqttBindingClientFactory({ ...common, ...tls, credentials: brokers, scheme: "mqtts" }),
    ],
  };
  return clients.flatMap((name) => make[name]());
}

function pskOf(credentials: ServientCredentials | undefined) {
  const { identity, key } = credentials ?? {};
  if (identity === undefined || key === undefined) return {};
  return { psk: { identity, key: Buffer.from(key, "hex") } };
}
