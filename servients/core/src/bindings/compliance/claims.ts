import type { BindingCapabilities } from "./binding-under-test";

/** What each binding of ours claims beyond the strictest, and where its protocol sets a limit. */
type Claims = Partial<BindingCapabilities>;

export const HTTP_CLAIMS: Claims = {
  mediaTypes: ["application/json", "application/cbor"],
  propertySets: true,
  wholeSubscriptions: true,
  asyncActions: true,
};

export const COAP_CLAIMS: Claims = { ...HTTP_CLAIMS };

export const MQTT_CLAIMS: Claims = {
  // A broker takes any topic; that nobody listens shows over MQTT 5 only.
  answersForUnknownThings: false,
  // The operation is in the topic.
  refusesOpsOutsideTheForm: false,
  noticesStoppedServer: false,
  mediaTypes: ["application/json", "application/cbor"],
  propertySets: true,
  wholeSubscriptions: true,
  asyncActions: true,
};

export const MQTT5_CLAIMS: Claims = { ...MQTT_CLAIMS, noticesStoppedServer: true };
