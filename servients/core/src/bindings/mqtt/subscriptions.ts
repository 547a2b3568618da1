import type { MqttClient } from "mqtt";
import { InteractionError, UnreachableError } from "../../errors";
import { SUBACK_REFUSED, SUBSCRIBE_BATCH } from "./constants";
import type { Qos } from "./outbox";

export interface SubscribeOptions {
  readonly qos: Qos;
  /** MQTT 5: the broker shall not send retained messages at the subscription. */
  readonly skipRetained?: boolean;
  /**
   * MQTT 5: messages are to say that they come by this filter. A broker may send one copy for each
   * filter that matches (3.3.4), and only this tells the copies apart. Costs a SUBSCRIBE of its own.
   */
  readonly identified?: boolean;
}

const GRANTED = Promise.resolve();
const NOBODY_WAITS = (): void => undefined;

interface Entry {
  readonly filter: string;
  /** Subscription identifier; undefined where none was asked for. */
  readonly id: number | undefined;
  readonly options: SubscribeOptions;
  owners: number;
  granted: Promise<void>;
  settle: (error?: Error) => void;
}

/**
 * The filters one connection wants, with their owners counted, so that any number of them cost
 * one SUBSCRIBE; the connection subscribes them anew each time it comes back.
 */
export class Subscriptions {
  readonly #href: string;
  readonly #refused: 401 | 403;
  readonly #entries = new Map<string, Entry>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #filtersById = new Map<number, string>();
  #lastId = 0;
  #client: MqttClient | undefined;

  /** @param refused status of a refusal: without a user it is one for want of credentials */
  constructor(href: string, refused: 401 | 403 = 403) {
    this.#href = href;
    this.#refused = refused;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The filters a message came by; undefined where the broker does not say. */
  filtersOf(identifiers: number | number[] | undefined): string[] | undefined {
    if (identifiers === undefined) return undefined;
    return [identifiers].flat().flatMap((id) => this.#filtersById.get(id) ?? []);
  }

  /** Subscribes everything on a new connection; resolves when the broker has answered for all. */
  async restore(client: MqttClient): Promise<void> {
    this.#leaving.clear();
    this.#client = client;
    await this.#send(client, [...this.#entries.values()]);
  }

  detach(): void {
    this.#client = undefined;
  }

  /**
   * Adds an owner to each filter. Resolves when the broker has granted all of them, which is at
   * the next connection if there is none now.
   * @throws InteractionError 403 or 401 when the broker refuses one, UnreachableError when closed first
   */
  async subscribe(filters: readonly string[], options: SubscribeOptions): Promise<void> {
    const fresh: Entry[] = [];
    const wanted = filters.map((filter) => {
      const known = this.#entries.get(filter);
      if (known && known.options.qos >= options.qos) {
        known.owners++;
        return known;
      }
      const entry = createEntry(filter, options, known, this.#identify(filter, options, known));
      this.#entries.set(filter, entry);
      fresh.push(entry);
      return entry;
    });
    if (fresh.length > 0) await this.#begin(fresh);
    await Promise.all(wanted.map((entry) => entry.granted));
  }

  /** Asks the broker for the retained messages of a filter that is subscribed already. */
  async refresh(filter: string): Promise<void> {
    const entry = this.#entries.get(filter);
    if (entry && this.#client) await this.#send(this.#client, [entry]);
  }

  /** Removes an owner of each filter; the last one's leaving unsubscribes it. */
  async unsubscribe(filters: readonly string[]): Promise<void> {
    const gone = filters.filter((filter) => {
      const entry = this.#entries.get(filter);
      if (!entry || --entry.owners > 0) return false;
      this.#entries.delete(filter);
      if (entry.id !== undefined) this.#filtersById.delete(entry.id);
      entry.settle(new UnreachableError(this.#href, `${filter} was unsubscribed`));
      return true;
    });
    const client = this.#client;
    if (gone.length === 0 || !client) return;
    const done = new Promise<void>((resolve) => {
      // An error means that the connection went, and the subscription with it.
      client.unsubscribe(gone, () => resolve());
    });
    for (const filter of gone) this.#leaving.set(filter, done);
    await done;
    for (const filter of gone) {
      if (this.#leaving.get(filter) === done) this.#leaving.delete(filter);
    }
  }

  close(): void {
    this.detach();
    for (const entry of this.#entries.values()) {
      entry.settle(new UnreachableError(this.#href, "the connection was stopped"));
    }
    this.#entries.clear();
  }

  #identify(filter: string, { identified }: SubscribeOptions, known: Entry | undefined) {
    if (!identified) return undefined;
    const id = known?.id ?? this.#nextId();
    this.#filtersById.set(id, filter);
    return id;
  }

  /** 1 to 268,435,455 (MQTT 5, 3.8.2.1.2). */
  #nextId(): number {
    do this.#lastId = (this.#lastId % 0x0fffffff) + 1;
    while (this.#filtersById.has(this.#lastId));
    return this.#lastId;
  }

  async #begin(entries: Entry[]): Promise<void> {
    // aedes handles packets concurrently: a SUBSCRIBE that overtakes the UNSUBSCRIBE before it
    // would be undone by it.
    const leaving = entries.map(({ filter }) => this.#leaving.get(filter)).filter(Boolean);
    if (leaving.length > 0) await Promise.all(leaving);
    if (this.#client) await this.#send(this.#client, entries);
  }

  async #send(client: MqttClient, entries: Entry[]): Promise<void> {
    const batches = new Map<string, Entry[]>();
    for (const entry of entries) {
      const { qos, skipRetained = false } = entry.options;
      const kind = `${qos} ${skipRetained} ${entry.id ?? ""}`;
      const full = (batches.get(kind)?.length ?? 0) >= SUBSCRIBE_BATCH;
      if (full) batches.set(`${kind} ${batches.size}`, batches.get(kind) ?? []);
      const batch = full ? [] : (batches.get(kind) ?? []);
      batches.set(kind, batch);
      batch.push(entry);
    }
    await Promise.all([...batches.values()].map((batch) => this.#sendBatch(client, batch)));
  }

  #sendBatch(client: MqttClient, batch: Entry[]): Promise<void> {
    const [first] = batch;
    if (!first) return Promise.resolve();
    const { id, options } = first;
    const canIdentify = client.serverProperties?.subscriptionIdentifiersAvailable !== false;
    return new Promise((resolve) => {
      client.subscribe(
        batch.map(({ filter }) => filter),
        {
          qos: options.qos,
          rh: options.skipRetained ? 2 : 0,
          ...(id !== undefined && canIdentify
            ? { properties: { subscriptionIdentifier: id } }
            : {}),
        },
        (_error, grants, packet) => {
          const codes = packet?.granted ?? grants?.map(({ qos: code }) => code) ?? [];
          // Without a SUBACK the connection went: the next one subscribes again.
          if (packet)
            for (const [i, entry] of batch.entries()) this.#granted(entry, Number(codes[i]));
          resolve();
        },
      );
    });
  }

  #granted(entry: Entry, code: number): void {
    if (code < SUBACK_REFUSED) {
      entry.settle();
      // Nobody can be refused any more: thousands of filters need no promise each.
      entry.granted = GRANTED;
      entry.settle = NOBODY_WAITS;
      return;
    }
    if (this.#entries.get(entry.filter) === entry) this.#entries.delete(entry.filter);
    const href = `${this.#href}/${entry.filter}`;
    entry.settle(new InteractionError(href, this.#refused, undefined));
  }
}

/** @param known the entry it replaces, at a lower QoS; whoever waits for that one gets this one's answer */
function createEntry(
  filter: string,
  options: SubscribeOptions,
  known: Entry | undefined,
  id: number | undefined,
): Entry {
  const owners = (known?.owners ?? 0) + 1;
  let settle: Entry["settle"] = () => undefined;
  const granted = new Promise<void>((resolve, reject) => {
    settle = (error) => {
      known?.settle(error);
      if (error) reject(error);
      else resolve();
    };
  });
  // Whoever waits sees the refusal; a Servient that only registers it must not die of it.
  granted.catch(() => undefined);
  return { filter, id, options, owners, granted, settle };
}
