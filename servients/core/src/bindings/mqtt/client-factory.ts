import type { ProtocolClientFactory } from "@node-wot/core";
import { type Logger, silentLogger } from "../../log";
import { type Clock, systemClock } from "../../time";
import { keepContentsInMemory } from "../in-memory-contents";
import { BrokerSession, type BrokerSessionOptions } from "./broker-session";
import type { BrokerAddress } from "./broker-url";
import { MqttBindingClient } from "./client";
import type { Login } from "./login";

export interface MqttClientOptions {
  /** Longest wait of one interaction, connecting included, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** `mqtts` for a second factory, for brokers with TLS. Default `mqtt`. */
  readonly scheme?: "mqtt" | "mqtts";
  /** Fixes the version. Default: 5 where the broker speaks it, 4 (MQTT 3.1.1) otherwise. */
  readonly protocolVersion?: 4 | 5;
  /** Credentials of brokers, by `mqtt://host:port`, for Things whose descriptions ask for none. */
  readonly credentials?: Readonly<Record<string, Login>>;
  /** Certificates to trust, PEM, instead of those that Node comes with. */
  readonly ca?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** Makes MQTT clients that share one connection per broker and user. */
export class MqttBindingClientFactory implements ProtocolClientFactory {
  readonly scheme: "mqtt" | "mqtts";
  readonly #options: MqttClientOptions;
  readonly #sessions = new Map<string, BrokerSession>();
  readonly #users = new Map<BrokerSession, Set<object>>();
  #stopping: Promise<unknown> = Promise.resolve();

  constructor(options: MqttClientOptions = {}) {
    keepContentsInMemory();
    this.#options = options;
    this.scheme = options.scheme ?? "mqtt";
  }

  get connections(): number {
    return this.#sessions.size;
  }

  get counters() {
    const sum = { requests: 0, answers: 0, late: 0, pending: 0, listeners: 0 };
    for (const { requests, listeners } of this.#sessions.values()) {
      sum.requests += requests.counters.requests;
      sum.answers += requests.counters.answers;
      sum.late += requests.counters.late;
      sum.pending += requests.pending;
      sum.listeners += listeners;
    }
    return sum;
  }

  getClient(): MqttBindingClient {
    return new MqttBindingClient({
      timeoutMs: this.#options.timeoutMs ?? 10_000,
      log: this.#log,
      session: (user, address, login) => this.#session(user, address, login),
      release: (user) => this.#release(user),
    });
  }

  init(): boolean {
    return true;
  }

  /** Begins to close every connection; `stop` also waits for it. */
  destroy(): boolean {
    this.stop().catch((error: unknown) => this.#log.error({ err: error }, "MQTT client stop"));
    return true;
  }

  /** Closes every connection and waits for it. Idempotent. */
  async stop(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    this.#users.clear();
    const before = this.#stopping;
    this.#stopping = Promise.all([before, ...sessions.map((session) => session.stop())]);
    await this.#stopping;
  }

  get #log(): Logger {
    return this.#options.log ?? silentLogger;
  }

  #session(user: object, address: BrokerAddress, login: Login | undefined): BrokerSession {
    const known = login ?? this.#options.credentials?.[address.href];
    const username = known?.username ?? address.username;
    const password = known?.password ?? address.password;
    const key = JSON.stringify([address.href, username, password]);
    const session = this.#sessions.get(key) ?? this.#open(key, { address, username, password });
    this.#users.get(session)?.add(user);
    return session;
  }

  #open(key: string, who: Pick<BrokerSessionOptions, "address" | "username" | "password">) {
    const clock = this.#options.clock ?? systemClock;
    const { protocolVersion, ca } = this.#options;
    const session = new BrokerSession({
      ...who,
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...(protocolVersion === undefined ? {} : { protocolVersion }),
      clock,
      log: this.#log,
    });
    this.#sessions.set(key, session);
    this.#users.set(session, new Set());
    session.connection.start();
    return session;
  }

  async #release(user: object): Promise<void> {
    for (const [key, session] of [...this.#sessions]) {
      const users = this.#users.get(session);
      if (!users?.delete(user) || users.size > 0) continue;
      this.#sessions.delete(key);
      this.#users.delete(session);
      await session.stop();
    }
  }
}
