import type { Logger } from "../../log";
import type { Access } from "../../security";
import type { Clock } from "../../time";
import type { ActionSettings } from "../actions";
import type { ThingPath } from "../thing-path";
import type { Qos } from "./outbox";
import type { TlsOptions } from "./stream";

export interface MqttServerOptions {
  /** `mqtt://host:port` or `mqtts://…`. */
  readonly brokerUrl: string;
  /** Topic levels before every Thing's path, `fogwot/<site>`. */
  readonly topicPrefix: string;
  /** Where a Thing lives below the prefix. Default: its title as a slug. */
  readonly thingPath?: ThingPath;
  /** Name of the Servient below the prefix: `<topicPrefix>/<name>/availability`. Default: a random one. */
  readonly name?: string;
  /** Must be the only one of its name at the broker. Default: prefix and name. */
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
  /** Broker URL as the forms advertise it. Default: `brokerUrl` without user information. */
  readonly baseUrl?: string;
  /** Fixes the version. Default: 5 where the broker speaks it, 4 (MQTT 3.1.1) otherwise. */
  readonly protocolVersion?: 4 | 5;
  /** QoS of events and property changes, as the forms ask of consumers. Default 1. */
  readonly qos?: Qos;
  /**
   * QoS of requests and their answers. Default 0: the answer acknowledges the request, which is not
   * repeated, since one that a reconnect delivers late would act again and falsify the PDR. With
   * 1, an MQTT 5 broker tells a consumer at once that no Servient listens, for a slower request.
   */
  readonly requestQos?: Qos;
  /**
   * Rate at which a burst of more than 300 events goes on. Default: 1000 through a broker that says it
   * takes few messages without acknowledgement, as mosquitto does over MQTT 5, and would drop what a
   * subscriber cannot take at once; as fast as it goes through any other.
   */
  readonly eventsPerSecond?: number;
  /** Largest input of a request, bytes. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
  /**
   * Which Things need credentials, as their forms say; the broker has to ask for them: the embedded
   * one by the same access, mosquitto by `mosquittoAcl`. @default every Thing is open
   */
  readonly access?: Access;
  /** Limits on asynchronous actions, where no other binding has set them for the Thing. */
  readonly actions?: Partial<ActionSettings>;
  /** Requests carried out at the same time; more are answered 503. Default 2048: one read of the socket can bring a thousand. */
  readonly maxInFlight?: number;
  /** How often properties are read for changes their Thing did not tell, ms; 0 = never. Default 30,000. */
  readonly refreshMs?: number;
  /** Longest wait of `start` for the first attempt to connect, ms. Default 1000: whoever takes an event each
   * millisecond gets every burst whole. */
  readonly startTimeoutMs?: number;
  /** Seconds of silence before the broker is probed; it notices our death after 1.5 times this. Default 20. */
  readonly keepaliveS?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
}
