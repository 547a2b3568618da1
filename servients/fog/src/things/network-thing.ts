import { type Clock, type Logger, Notifier, toFogwotError } from "@fogwot/core";
import type { DeviceThing, GetDataOutput } from "./device-thing";
import { timeoutOf } from "./interaction-input";
import { Rate } from "./rate";
import { deliveryRatio, meanRttMs } from "./sliding-window";
import type { ExposedThing } from "./wot-types";

export interface NetworkMember {
  readonly device: DeviceThing;
  readonly title: string;
  /** Id of the device's Thing. */
  readonly thingId: string;
}

export interface NetworkThingOptions {
  readonly thing: ExposedThing;
  readonly members: readonly NetworkMember[];
  readonly clock: Clock;
  readonly log: Logger;
}

export type NetworkStatus = "online" | "degraded" | "offline";

/** What a device answered, or why it did not. */
type DeviceResult =
  | (GetDataOutput & { readonly ok: true })
  | {
      readonly deviceId: string;
      readonly ok: false;
      readonly error: { readonly code: string; readonly detail: string; readonly status: number };
    };

/** What each affordance of a Network Thing does: its devices taken together. */
export class NetworkThing {
  readonly #options: NetworkThingOptions;
  readonly #notifier: Notifier;
  readonly #throughput: Rate;
  readonly #members: NetworkMember[] = [];
  readonly #unlisten = new Map<string, () => void>();
  readonly #joined = new Set<string>();
  readonly #left = new Set<string>();
  #isTelling: NodeJS.Immediate | undefined;
  #status: NetworkStatus;

  constructor(options: NetworkThingOptions) {
    this.#options = options;
    this.#notifier = new Notifier(options.thing, options.log);
    this.#throughput = new Rate(options.clock);
    for (const member of options.members) this.#listen(member);
    this.#status = this.status;
    this.#handle();
  }

  get status(): NetworkStatus {
    const members = this.#members;
    const online = members.filter(({ device }) => device.record.status === "online").length;
    if (online === 0) return "offline";
    return online === members.length ? "online" : "degraded";
  }

  stop(): void {
    for (const unlisten of this.#unlisten.values()) unlisten();
    if (this.#isTelling) clearImmediate(this.#isTelling);
    this.#notifier.stop();
  }

  /** A device that joined at run time; it counts as a member from its first word on. */
  add(member: NetworkMember): void {
    const { record } = member.device;
    this.#listen(member);
    if (record.status === "online") this.#onStatus(record.id, true);
  }

  /** It has left for good. */
  remove(id: string): void {
    const at = this.#members.findIndex(({ device }) => device.record.id === id);
    if (at < 0) return;
    this.#members.splice(at, 1);
    this.#unlisten.get(id)?.();
    this.#unlisten.delete(id);
    this.#isTelling ??= setImmediate(() => this.#tell());
  }

  #listen(member: NetworkMember): void {
    const { record } = member.device;
    this.#members.push(member);
    const unlisten = record.listen({
      reading: () => this.#throughput.add(),
      status: ({ status }) => this.#onStatus(record.id, status === "online"),
    });
    this.#unlisten.set(record.id, unlisten);
  }

  #handle(): void {
    const { thing } = this.#options;
    const members = this.#members;
    const windows = () => members.map(({ device }) => device.record.window.sums);
    thing.setPropertyReadHandler("status", async () => this.status);
    thing.setPropertyReadHandler("delay", async () => meanRttMs(windows()) as never);
    thing.setPropertyReadHandler(
      "packetDeliveryRatio",
      async () => deliveryRatio(windows()) as never,
    );
    thing.setPropertyReadHandler("throughput", async () => this.#throughput.perSecond as never);
    thing.setPropertyReadHandler("devices", async () =>
      members.map(({ device: { record }, title, thingId }) => ({
        id: record.id,
        title,
        thing: thingId,
        status: record.status,
      })),
    );
    thing.setActionHandler("getAllData", async (input) => {
      const timeoutMs = await timeoutOf(input);
      const results = await Promise.all(members.map(({ device }) => ask(device, timeoutMs)));
      return { results } as never;
    });
    thing.setActionHandler("resetStatistics", async () => {
      for (const { device } of members) device.record.window.reset();
      this.#throughput.reset();
      return undefined;
    });
  }

  /** A driver's end takes all its devices along: they are told of in one event. */
  #onStatus(id: string, isOnline: boolean): void {
    (isOnline ? this.#left : this.#joined).delete(id);
    (isOnline ? this.#joined : this.#left).add(id);
    this.#isTelling ??= setImmediate(() => this.#tell());
  }

  #tell(): void {
    this.#isTelling = undefined;
    if (this.#joined.size + this.#left.size > 0) {
      this.#notifier.event("membershipChanged", {
        joined: [...this.#joined],
        left: [...this.#left],
      });
    }
    this.#joined.clear();
    this.#left.clear();
    if (this.status === this.#status) return;
    this.#status = this.status;
    this.#notifier.property("status");
  }
}

async function ask(device: DeviceThing, timeoutMs: number): Promise<DeviceResult> {
  try {
    return { ...(await device.getData(timeoutMs)), ok: true };
  } catch (error) {
    const { code, message, status } = toFogwotError(error);
    return { deviceId: device.record.id, ok: false, error: { code, detail: message, status } };
  }
}
