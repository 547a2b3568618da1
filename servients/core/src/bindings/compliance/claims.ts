import type { BindingCapabilities } from "./binding-under-test";

/** Where the protocol of a binding of ours sets a limit; all else is the strictest claim. */
type Claims = Partial<BindingCapabilities>;

export const HTTP_CLAIMS: Claims = {};

export const COAP_CLAIMS: Claims = {};

export const MQTT_CLAIMS: Claims = {
  // A broker takes any topic; that nobody listens shows over MQTT 5 only.
  answersForUnknownThings: false,
  // The operation is in the topic.
  refusesOpsOutsideTheForm: false,
  noticesStoppedServer: false,
};

export const MQTT5_CLAIMS: Claims = { ...MQTT_CLAIMS, noticesStoppedServer: true };
