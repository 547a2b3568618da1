import { CoapClientFactory, CoapServer } from "@node-wot/binding-coap";
import { HttpClientFactory, HttpServer } from "@node-wot/binding-http";
import { MqttBrokerServer, MqttClientFactory } from "@node-wot/binding-mqtt";
import { Helpers, type ProtocolClientFactory, type ProtocolServer } from "@node-wot/core";

/**
 * node-wot's own bindings, as measured baseline and as foreign clients.
 *
 * They advertise every interface of the machine unless a process-wide static address is set, so
 * starting one of them sets it: do not mix hosts in one process.
 */
interface Listening {
  readonly host?: string;
  readonly port: number;
}

export function stockHttpServer({ host = "127.0.0.1", port }: Listening): ProtocolServer {
  Helpers.setStaticAddress(host);
  return new HttpServer({ port, address: host });
}

export function stockCoapServer({ host = "127.0.0.1", port }: Listening): ProtocolServer {
  Helpers.setStaticAddress(host);
  return new CoapServer({ port, address: host });
}

export function stockMqttServer(options: {
  readonly brokerUrl: string;
  readonly username?: string;
  readonly password?: string;
}): ProtocolServer {
  const { brokerUrl: uri, username, password } = options;
  // The documented `user` and `psw` never reach the broker; these do, but are not in its types.
  const credentials = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  return new MqttBrokerServer({ uri, ...credentials } as { uri: string });
}

export function stockClientFactories(names: readonly string[]): ProtocolClientFactory[] {
  const make: Record<string, () => ProtocolClientFactory> = {
    http: () => new HttpClientFactory({}),
    coap: () => new CoapClientFactory(),
    mqtt: () => new MqttClientFactory(),
  };
  return names
    .map((name) => make[name])
    .filter((one) => one !== undefined)
    .map((one) => one());
}
