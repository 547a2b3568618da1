import type { Code } from "../message";
import { type Remote, remoteText } from "../transport";
import type { BlockSlices } from "./block-slices";
import type { Endpoint } from "./endpoint";
import { type Response, response } from "./exchange";
import { Observation, type ObservationOutlet, type ObservationSettings } from "./observation";

export interface ObserversOptions {
  /** Observations of all clients together. */
  readonly maximum: number;
  /** Events that may wait for one client. */
  readonly maximumQueuedEvents: number;
  readonly slices: BlockSlices;
  readonly endpoint: () => Endpoint;
}

export type RegistrationSettings = Omit<ObservationSettings, "outlet" | "maximumQueued"> & {
  readonly isEvent: boolean;
};

interface Registered {
  readonly observation: Observation;
  /** Of the last non-confirmable notification, which a client may reset. */
  lastMessageId: number | undefined;
}

/** All observations of a server, one per client endpoint and token (RFC 7641, section 4.1). */
export class Observers implements ObservationOutlet {
  readonly counters = { notifications: 0, skipped: 0 };
  readonly #registered = new Map<string, Registered>();
  readonly #byMessageId = new Map<number, Observation>();
  /** Observations whose client is fetching the rest of a notification, by transfer. */
  readonly #fetching = new Map<string, Set<Observation>>();
  readonly #options: ObserversOptions;

  constructor(options: ObserversOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#registered.size;
  }

  get isFull(): boolean {
    return this.#registered.size >= this.#options.maximum;
  }

  find(token: Buffer, remote: Remote): Observation | undefined {
    return this.#registered.get(keyOf(token, remote))?.observation;
  }

  add(settings: RegistrationSettings): Observation {
    const { isEvent, ...rest } = settings;
    const observation = new Observation({
      ...rest,
      maximumQueued: isEvent ? this.#options.maximumQueuedEvents : 1,
      outlet: this,
    });
    const key = keyOf(settings.token, settings.remote);
    this.#registered.set(key, { observation, lastMessageId: undefined });
    return observation;
  }

  remove(observation: Observation): void {
    const key = keyOf(observation.settings.token, observation.settings.remote);
    const registered = this.#registered.get(key);
    if (registered?.observation === observation) {
      this.#registered.delete(key);
      if (registered.lastMessageId !== undefined) {
        this.#byMessageId.delete(registered.lastMessageId);
      }
    }
    observation.end();
  }

  /** Ends all observations, or those of one Thing, with a last word (RFC 7641, section 4.2). */
  endAll(code: (typeof Code)[keyof typeof Code], thingPath?: string): void {
    for (const { observation } of [...this.#registered.values()]) {
      const { token, remote } = observation.settings;
      if (thingPath !== undefined && observation.settings.thingPath !== thingPath) continue;
      this.remove(observation);
      this.#options.endpoint().notify({ token, ...response(code) }, remote);
    }
  }

  /** A client reset a non-confirmable notification: it has forgotten the token. */
  reset(messageId: number, remote: Remote): void {
    const observation = this.#byMessageId.get(messageId);
    if (observation && remoteText(observation.settings.remote) === remoteText(remote)) {
      this.remove(observation);
    }
  }

  confirm(
    observation: Observation,
    notification: Response,
    onDelivery: Parameters<ObservationOutlet["confirm"]>[2],
  ): number {
    const { token, remote } = observation.settings;
    this.counters.notifications++;
    return this.#options.endpoint().confirm({ token, ...notification }, remote, onDelivery);
  }

  notify(observation: Observation, notification: Response): void {
    const { token, remote } = observation.settings;
    this.counters.notifications++;
    const messageId = this.#options.endpoint().notify({ token, ...notification }, remote);
    const registered = this.#registered.get(keyOf(token, remote));
    if (!registered) return;
    if (registered.lastMessageId !== undefined) this.#byMessageId.delete(registered.lastMessageId);
    registered.lastMessageId = messageId;
    this.#byMessageId.set(messageId, observation);
  }

  /** A client has fetched the last block of what this key names: its next notification may follow. */
  fetched(transferKey: string): void {
    for (const observation of [...(this.#fetching.get(transferKey) ?? [])]) observation.fetched();
  }

  awaitsFetch(observation: Observation, isAwaiting: boolean): void {
    const { transferKey } = observation.settings;
    const waiting = this.#fetching.get(transferKey) ?? new Set();
    if (isAwaiting) this.#fetching.set(transferKey, waiting.add(observation));
    else if (waiting.delete(observation) && waiting.size === 0) this.#fetching.delete(transferKey);
  }

  cancelDelivery(messageId: number): void {
    this.#options.endpoint().cancelDelivery(messageId);
  }

  skipped(): void {
    this.counters.skipped++;
  }

  lost(observation: Observation): void {
    this.remove(observation);
  }

  /** A notification larger than a block starts a block-wise transfer (RFC 7959, section 2.6). */
  firstBlock(observation: Observation, notification: Response): Response {
    const { transferKey, block } = observation.settings;
    return this.#options.slices.first(transferKey, notification, block);
  }
}

function keyOf(token: Buffer, remote: Remote): string {
  return `${remoteText(remote)} ${token.toString("latin1")}`;
}
