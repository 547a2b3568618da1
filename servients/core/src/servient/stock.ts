import { Helpers, type ProtocolClientFactory, type ProtocolServer } from "@node-wot/core";

/**
 * node-wot's own bindings, as measured baseline and as foreign clients.
 *
 * They advertise every interface of the machine unless a process-wide static address is set, so
 * starting one of them sets it: do not mix hosts in one process.
 *
 * Each is loaded when it is asked for: together they are 400 modules that a fog node never needs.
 */
type HttpBinding = typeof import("@node-wot/binding-http");
type CoapBinding = typeof import("@node-wot/binding-coap");
type MqttBinding = typeof import("@node-wot/binding-mqtt");

const http = (): HttpBinding => require("@node-wot/binding-http");
const coap = (): CoapBinding => require("@node-wot/binding-coap");
const mqtt = (): MqttBinding => require("@node-wot/binding-mqtt");

interface Listening {
  readonly host?: string;
  readonly port: number;
}

export function stockHttpServer({ host = "127.0.0.1", port }: Listening): ProtocolServer {
  Helpers.setStaticAddress(host);
  return new (http().HttpServer)({ port, address: host });
}

export function stockCoapServer({ host = "127.0.0.1", port }: Listening): ProtocolServer {
  Helpers.setStaticAddress(host);
  return new (coap().CoapServer)({ port, address: host });
}

export function stockMqttServer(options: {
  readonly brokerUrl: string;
  readonly username?: string;
  readonly password?: string;
}): ProtocolServer {
  const { brokerUrl: uri, username, password } = options;
  // The documented `user` and `psw` never reach the broker; these do, but are not in its types.
  const credentials = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  return new (mqtt().MqttBrokerServer)({ uri, ...credentials } as { uri: string });
}

export function stockClientFactories(names: readonly string[]): ProtocolClientFactory[] {
  const make: Record<string, () => ProtocolClientFactory> = {
    http: () => new (http().HttpClientFactory)({}),
    coap: () => new (coap().CoapClientFactory)(),
    mqtt: () => new (mqtt().MqttClientFactory)(),
  };
  return names
    .map((name) => make[name])
    .filter((one) => one !== undefined)
    .map((one) => one());
}
