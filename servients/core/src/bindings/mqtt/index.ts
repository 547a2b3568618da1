/**
 * MQTT 5 and 3.1.1 for node-wot: properties with retained values, events, and, by request and
 * response, property reads, acknowledged writes and action outputs.
 *
 * @example
 * servient.addServer(new MqttBindingServer({ brokerUrl: "mqtt://127.0.0.1:1883", topicPrefix: "fogwot/factory" }));
 * servient.addClientFactory(new MqttBindingClientFactory({ timeoutMs: 500 }));
 */
export { mqttOperation, type SiteTopics, siteTopics, type TopicDirection } from "./access-topics";
export type { DescribedThing } from "./affordances";
export {
  BrokerPermissions,
  type BrokerPermissionsOptions,
  type OfferedMessage,
} from "./broker-permissions";
export { type BrokerAddress, parseBrokerUrl } from "./broker-url";
export { MqttBindingClient } from "./client";
export { MqttBindingClientFactory, type MqttClientOptions } from "./client-factory";
export { BrokerConnection, type BrokerConnectionOptions } from "./connection";
export type { Login, MqttCredentials } from "./login";
export {
  type MosquittoAclOptions,
  mosquittoAcl,
  mosquittoPasswords,
  type ThingAtBroker,
} from "./mosquitto-acl";
export type { DescribedForms } from "./requested";
export { MqttBindingServer } from "./server";
export type { MqttServerOptions } from "./server-options";
export type { MqttForm } from "./vocabulary";
