import type { Code, Frame } from "../message";
import { type Remote, remoteText } from "../transport";
import type { BlockSlices } from "./block-slices";
import { type Response, response } from "./exchange";
import { Observation, type ObservationOutlet, type ObservationSettings } from "./observation";
import type { Peer } from "./peer";

export interface ObserversOptions {
  /** Observations of all clients together. */
  readonly maximum: number;
  /** Events that may wait for one client. */
  readonly maximumQueuedEvents: number;
  /** Their bytes, per client. */
  readonly maximumQueuedBytes: number;
  readonly slices: BlockSlices;
}

export type RegistrationSettings = Omit<
  ObservationSettings,
  "outlet" | "maximumQueued" | "maximumQueuedBytes"
>;

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

  isObserving(peer: Peer): boolean {
    for (const { observation } of this.#registered.values()) {
      if (observation.settings.peer === peer) return true;
    }
    return false;
  }

  get isFull(): boolean {
    return this.#registered.size >= this.#options.maximum;
  }

  find(token: Buffer, peer: Peer): Observation | undefined {
    return this.#registered.get(keyOf(token, peer))?.observation;
  }

  add(settings: RegistrationSettings): Observation {
    const observation = new Observation({
      ...settings,
      maximumQueued: this.#options.maximumQueuedEvents,
      maximumQueuedBytes: this.#options.maximumQueuedBytes,
      outlet: this,
    });
    const key = keyOf(settings.token, settings.peer);
    this.#registered.set(key, { observation, lastMessageId: undefined });
    return observation;
  }

  remove(observation: Observation): void {
    const key = keyOf(observation.settings.token, observation.settings.peer);
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
      if (thingPath !== undefined && observation.settings.thingPath !== thingPath) continue;
      this.#endWith(observation, response(code));
    }
  }

  /** A client has gone, and cannot be told. */
  forget(peer: Peer): void {
    for (const { observation } of [...this.#registered.values()]) {
      if (observation.settings.peer === peer) this.remove(observation);
    }
  }

  /** A client reset a non-confirmable notification: it has forgotten the token. */
  reset(messageId: number, remote: Remote): void {
    const observation = this.#byMessageId.get(messageId);
    if (observation && observation.settings.peer.key === remoteText(remote)) {
      this.remove(observation);
    }
  }

  confirm(
    observation: Observation,
    notification: Response,
    onDelivery: Parameters<ObservationOutlet["confirm"]>[2],
  ): () => void {
    this.counters.notifications++;
    return observation.settings.peer.confirm(frameOf(observation, notification), onDelivery);
  }

  notify(observation: Observation, notification: Response): void {
    const { token, peer } = observation.settings;
    this.counters.notifications++;
    const messageId = peer.notify(frameOf(observation, notification));
    const registered = this.#registered.get(keyOf(token, peer));
    if (!registered || messageId === undefined) return;
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

  skipped(): void {
    this.counters.skipped++;
  }

  lost(observation: Observation): void {
    this.remove(observation);
  }

  /** A notification larger than a block starts a block-wise transfer (RFC 7959, section 2.6). */
  firstBlock(observation: Observation, notification: Response): Response {
    const { transferKey, block, peer } = observation.settings;
    return this.#options.slices.first(transferKey, notification, block, peer);
  }

  #endWith(observation: Observation, lastWord: Response): void {
    this.remove(observation);
    observation.settings.peer.notify(frameOf(observation, lastWord));
  }
}

function frameOf({ settings }: Observation, notification: Response): Frame {
  return { token: settings.token, ...notification };
}

function keyOf(token: Buffer, { key }: Peer): string {
  return `${key} ${token.toString("latin1")}`;
}
