import type { Form } from "@node-wot/core";

/**
 * A form of the MQTT binding.
 *
 * `mqv:` terms as in the W3C MQTT binding: `href` is the broker without a topic, `mqv:topic` is
 * published to, `mqv:filter` subscribed to. MQTT knows no answers there, so the `fog:` terms
 * (prefix https://fogwot.dev/ns#) describe them: publish the input, or nothing to read, on
 * `fog:requestTopic`; the bare output arrives on `fog:responseTopic` (empty: an acknowledgement),
 * RFC 7807 problem details on `fog:errorTopic`. `{corr}` stands for a correlation of the
 * consumer's choice, one to three topic levels, the same in all three; a consumer that makes the
 * first levels its own needs one subscription for all its requests. Other expressions in a request
 * topic (RFC 6570) are the form's URI variables, filled in as in its href. Over MQTT 5 a response
 * topic (and correlation data) may be given instead, on `mqv:topic` too; an error answer then
 * carries the user property `error`.
 */
export interface MqttForm extends Form {
  "mqv:topic"?: string;
  "mqv:filter"?: string | string[];
  /** Least QoS of both sides. */
  "mqv:qos"?: "0" | "1" | "2";
  "mqv:retain"?: boolean;
  "mqv:controlPacket"?: "publish" | "subscribe" | "unsubscribe";
  "fog:requestTopic"?: string;
  "fog:responseTopic"?: string;
  "fog:errorTopic"?: string;
}
