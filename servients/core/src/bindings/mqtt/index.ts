/**
 * MQTT 5 and 3.1.1 for node-wot: properties with retained values, events, and, by request and
 * response, property reads, acknowledged writes and action outputs.
 *
 * @example
 * servient.addServer(new MqttBindingServer({ brokerUrl: "mqtt://127.0.0.1:1883", topicPrefix: "fogwot/factory" }));
 * servient.addClientFactory(new MqttBindingClientFactory({ timeoutMs: 500 }));
 */
export { type BrokerAddress, parseBrokerUrl } from "./broker-url";
export { MqttBindingClient } from "./client";
export { MqttBindingClientFactory, type MqttClientOptions } from "./client-factory";
export { BrokerConnection, type BrokerConnectionOptions } from "./connection";
export { MqttBindingServer } from "./server";
export type { MqttServerOptions } from "./server-options";
export type { MqttForm } from "./vocabulary";
