import { createHash } from "node:crypto";
import type { MqttClient } from "mqtt";
import type { Logger } from "../../log";
import { type Clock, systemClock } from "../../time";
import type { BrokerAddress } from "./broker-url";
import {
  LOGIN_REFUSALS,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
  RECONNECT_REFUSED_MS,
  STABLE_MS,
  VERSION_REFUSALS,
} from "./constants";

export interface ReconnectionOptions {
  readonly address: BrokerAddress;
  readonly clientId: string;
  readonly protocolVersion?: 4 | 5;
  readonly clock?: Clock;
  readonly log: Logger;
}

/** Whether the broker knows us and will not have us, rather than being out of reach. */
export function isLoginRefusal(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "number" && LOGIN_REFUSALS.includes(code);
}

/**
 * When to try again, and in which version of MQTT.
 *
 * MQTT 5 is tried first. A broker that refuses it (aedes: "Unacceptable protocol version") or
 * hangs up without an answer (brokers of before 2018) is spoken to in 3.1.1; what once worked is
 * kept.
 */
export class Reconnection {
  readonly #options: ReconnectionOptions;
  readonly #clock: Clock;
  readonly #spread: number;
  #protocolVersion: 4 | 5;
  #isVersionProven = false;
  #wasRefused = false;
  #hadError = false;
  #hadConnack = false;
  #delayMs = RECONNECT_FIRST_MS;
  #cancelStable: () => void = () => undefined;
  #lastError: Error | undefined;

  constructor(options: ReconnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#protocolVersion = options.protocolVersion ?? 5;
    this.#isVersionProven = options.protocolVersion !== undefined;
    // 0.75 to 1.25 by the client's name: a hundred fog nodes do not return in the same instant.
    const hash = createHash("sha256").update(options.clientId).digest();
    this.#spread = 0.75 + hash.readUInt16BE() / 0x1ffff;
  }

  get protocolVersion(): 4 | 5 {
    return this.#protocolVersion;
  }

  get nextDelayMs(): number {
    return Math.round(this.#delayMs * this.#spread);
  }

  /** Why the last attempt failed; undefined while connected. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  onConnected(client: MqttClient): void {
    this.#isVersionProven = true;
    this.#hadConnack = true;
    this.#lastError = undefined;
    client.options.reconnectPeriod = this.nextDelayMs;
    this.#cancelStable = this.#clock.schedule(STABLE_MS, () => {
      this.#delayMs = RECONNECT_FIRST_MS;
      client.options.reconnectPeriod = this.nextDelayMs;
    });
  }

  onError(client: MqttClient, error: Error): void {
    const code = (error as { code?: unknown }).code;
    if (typeof code === "number" && VERSION_REFUSALS.includes(code) && this.#fallBack(client)) {
      this.#wasRefused = true;
      // mqtt.js schedules its next attempt right after this.
      client.options.reconnectPeriod = 1;
      return;
    }
    this.#hadError = true;
    if (isLoginRefusal(error)) client.options.reconnectPeriod = RECONNECT_REFUSED_MS;
    if (this.#lastError?.message !== error.message) {
      // Once per reason: a broker that is down for a night fills no log.
      this.#options.log.warn({ broker: this.#options.address.href, err: error }, "broker trouble");
    }
    this.#lastError = error;
  }

  /** @returns whether the end of the connection is part of finding the version */
  onClosed(client: MqttClient): boolean {
    const isVersionSearch = this.#wasRefused;
    const hungUp = !this.#hadError && !this.#wasRefused && !this.#hadConnack;
    if (hungUp && !this.#isVersionProven) this.#switch(client, this.#protocolVersion === 5 ? 4 : 5);
    this.#wasRefused = false;
    this.#hadError = false;
    this.#hadConnack = false;
    this.#cancelStable();
    return isVersionSearch;
  }

  /** An attempt begins: sets the pause before the one after it. */
  onAttempt(client: MqttClient): void {
    client.options.reconnectPeriod = this.nextDelayMs;
    this.#delayMs = Math.min(this.#delayMs * 2, RECONNECT_MAX_MS);
  }

  stop(): void {
    this.#cancelStable();
  }

  #fallBack(client: MqttClient): boolean {
    if (this.#protocolVersion === 4 || this.#options.protocolVersion !== undefined) return false;
    this.#switch(client, 4);
    return true;
  }

  #switch(client: MqttClient, version: 4 | 5): void {
    this.#protocolVersion = version;
    client.options.protocolVersion = version;
  }
}
