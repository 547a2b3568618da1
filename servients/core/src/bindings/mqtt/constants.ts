/** Longest wait for CONNACK after a TCP connection was begun, ms. */
export const CONNECT_TIMEOUT_MS = 5000;
/** First and longest pause between two attempts to connect, ms. The pause doubles between them. */
export const RECONNECT_FIRST_MS = 100;
export const RECONNECT_MAX_MS = 5000;
/** Pause after the broker has refused the login: another attempt would count as a guess, ms. */
export const RECONNECT_REFUSED_MS = 15_000;
/** A connection shorter than this counts as a failed attempt: two clients of one name must not take turns at full speed. */
export const STABLE_MS = 2000;
/** Seconds of silence after which the connection is probed; the broker sends the will after 1.5 times this. */
export const KEEPALIVE_S = 20;
/** Longest wait for unacknowledged messages when a connection is stopped, ms. */
export const DRAIN_MS = 500;
/** Longest wait for the socket to close after DISCONNECT was sent, ms. */
export const CLOSE_MS = 300;
/** Filters in one SUBSCRIBE packet. */
export const SUBSCRIBE_BATCH = 200;
/** QoS 1 and 2 messages without acknowledgement, where the broker names no lower Receive Maximum. */
export const SEND_WINDOW = 1024;
/** Events that leave at once, before a burst is spread: of the 1,000 that mosquitto keeps, some room is left. */
export const EVENT_BURST = 300;
/** How often those that wait are looked after, ms. */
export const EVENT_TICK_MS = 5;
/** Events per second of a burst that is spread. */
export const EVENTS_PER_SECOND = 1_000;
/** Messages that wait for the window or for the broker's return; the oldest is dropped and counted. */
export const MAX_QUEUED = 50_000;
/** Bytes of payload that wait so. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Bytes of payload of the requests carried out at the same time. */
export const MAX_IN_FLIGHT_BYTES = 64 * 1024 * 1024;
/** Largest packet an MQTT 5 broker may send us. */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;
/** Longest topic (MQTT 5, 1.5.4). */
export const MAX_TOPIC_BYTES = 65_535;
/** Bytes a PUBLISH needs beside topic and payload, generously. */
export const PUBLISH_OVERHEAD_BYTES = 256;

/** CONNACK codes that say "not this protocol version" (MQTT 3.1.1: 1, MQTT 5: 0x84). */
export const VERSION_REFUSALS: readonly number[] = [1, 0x84];
/** CONNACK codes that say who may not connect (MQTT 3.1.1: 4, 5; MQTT 5: 0x86, 0x87). */
export const LOGIN_REFUSALS: readonly number[] = [4, 5, 0x86, 0x87];
/** PUBACK codes: not authorized, quota exceeded (MQTT 5, 3.4.2.1). */
export const NOT_AUTHORIZED = 0x87;
export const QUOTA_EXCEEDED = 0x97;
/** PUBACK code: the broker has no subscriber for the topic (MQTT 5, 3.4.2.1). */
export const NO_MATCHING_SUBSCRIBERS = 0x10;
/** Lowest SUBACK code that is a refusal. */
export const SUBACK_REFUSED = 0x80;

export const PROBLEM_TYPE = "application/problem+json";
export const TD_TYPE = "application/td+json";
/** Member of a request topic's query that names the media type: an MQTT 3.1.1 message cannot. */
export const TYPE_VARIABLE = "mediaType";

/** Of a Servient's subscription, the most there is: a request comes with the QoS it was sent with. */
export const REQUEST_QOS = 2;
