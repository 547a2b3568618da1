import { type BindingName, NotFoundError, pinBinding, type RunningServient } from "@fogwot/core";
import { openClient } from "../../things/client";
import { fetchThings, type SiteThing } from "../../things/thing-descriptions";
import type { ConsumedThing } from "../../things/wot-types";
import type { LivingSite } from "./living-site";

/** Output of getData. */
export interface GetDataOutput {
  readonly deviceId: string;
  readonly values: Readonly<Record<string, number>>;
  readonly timestamp: string;
  readonly ageMs: number;
  readonly deviceRttMs: number;
}

const TIMEOUT_MS = 10_000;

/** A mash-up's view of a living site: its Things over one binding each, with one client for all. */
export class SiteConsumer implements AsyncDisposable {
  readonly things: readonly SiteThing[];
  readonly #client: RunningServient;

  constructor(client: RunningServient, things: readonly SiteThing[]) {
    this.#client = client;
    this.things = things;
  }

  static async open(
    site: Pick<LivingSite, "attached">,
    timeoutMs: number = TIMEOUT_MS,
  ): Promise<SiteConsumer> {
    const things = await fetchThings(site.attached);
    return new SiteConsumer(await openClient(timeoutMs), things);
  }

  get client(): RunningServient {
    return this.#client;
  }

  /** Ids of the devices, in the site's order: `wifi-1`. */
  get devices(): string[] {
    return this.things.filter(({ kind }) => kind === "device").map(({ id }) => nameOf(id));
  }

  /** @throws NotFoundError */
  consume(name: string, binding: BindingName): Promise<ConsumedThing> {
    const thing = this.things.find(({ id }) => nameOf(id) === name);
    if (!thing) throw new NotFoundError(`Thing ${name}`);
    return this.#client.wot.consume(pinBinding(thing.td, binding));
  }

  async read<T>(name: string, property: string, binding: BindingName): Promise<T> {
    const thing = await this.consume(name, binding);
    return (await (await thing.readProperty(property)).value()) as T;
  }

  async getData(name: string, binding: BindingName, timeoutMs?: number): Promise<GetDataOutput> {
    const thing = await this.consume(name, binding);
    const input = timeoutMs === undefined ? undefined : { timeoutMs };
    const output = await thing.invokeAction("getData", input);
    return (await output?.value()) as unknown as GetDataOutput;
  }

  stop(): Promise<void> {
    return this.#client.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf(":") + 1);
}
