import {
  DeviceFaultError,
  DeviceTimeoutError,
  DeviceUnreachableError,
  InputError,
  inputOf,
  type Logger,
  Notifier,
} from "@fogwot/core";
import type { DriverReply, DriverRequest, Parameter } from "../drivers/driver";
import type { DeviceStream } from "../streams";
import type { DeviceRecord, StatusChange, ThingReading } from "./device-record";
import { NoReadingError } from "./errors";
import { DEFAULT_TIMEOUT_MS, timeoutOf } from "./interaction-input";
import { deliveryRatio, meanRttMs } from "./sliding-window";
import type { ExposedThing } from "./wot-types";

/** The way to the device's driver; whose process it is and how it is reached, no Thing learns. */
export interface DriverPort {
  query(
    device: string,
    request: DriverRequest,
    options: { readonly timeoutMs: number },
  ): Promise<DriverReply>;
}

export interface DeviceThingOptions {
  readonly thing: ExposedThing;
  readonly record: DeviceRecord;
  readonly wsn: string;
  readonly driver: DriverPort;
  /** Of a device that is one. */
  readonly stream?: DeviceStream | undefined;
  readonly log: Logger;
}

export interface GetDataOutput extends ThingReading {
  readonly deviceRttMs: number;
}

/** Writable properties that any device may have → parameters of the driver. */
const PARAMETER_OF: Readonly<Record<string, Parameter>> = {
  samplingInterval: "samplingIntervalMs",
  threshold: "threshold",
};

/** What each affordance of a Device Thing does, whatever the device's type. */
export class DeviceThing {
  readonly record: DeviceRecord;
  readonly #options: DeviceThingOptions;
  readonly #notifier: Notifier;
  readonly #unlisten: (() => void)[];
  /** The threshold is told of once; falling below it arms it again. */
  #isArmed = true;

  constructor(options: DeviceThingOptions) {
    this.#options = options;
    this.record = options.record;
    this.#notifier = new Notifier(options.thing, options.log);
    this.#handleProperties();
    this.#handleActions();
    const listener = {
      reading: (reading: ThingReading, previous: ThingReading | null) =>
        this.#onReading(reading, previous),
      status: (change: StatusChange) => this.#onStatus(change),
    };
    this.#unlisten = [this.record.listen(listener), this.#extend()];
  }

  stop(): void {
    for (const unlisten of this.#unlisten) unlisten();
    this.#notifier.stop();
  }

  /** Asks the device, in one attempt. @throws what Driver.query throws */
  async getData(timeoutMs: number): Promise<GetDataOutput> {
    const { record } = this;
    try {
      const { reading, deviceRttMs } = await this.#ask({ op: "read" }, timeoutMs);
      if (!reading) throw new DeviceFaultError(record.id, "the reply holds no reading");
      record.window.add(true, deviceRttMs);
      return { ...record.takeReading(reading), deviceRttMs };
    } catch (error) {
      // A fault is an answer, if not the wanted one; where the driver is down nothing was asked.
      if (isLoss(error)) record.window.add(false, null);
      if (error instanceof DeviceFaultError) record.window.add(true, null);
      throw error;
    }
  }

  #ask(request: DriverRequest, timeoutMs: number): Promise<DriverReply> {
    return this.#options.driver.query(this.record.id, request, { timeoutMs });
  }

  #extend(): () => void {
    const { record } = this;
    const { thing, stream } = this.#options;
    if (!stream || !record.type.expose) return () => undefined;
    return record.type.expose({ thing, record, stream, notifier: this.#notifier });
  }

  #handleProperties(): void {
    const { record } = this;
    this.#read("id", () => record.id);
    this.#read("wsn", () => this.#options.wsn);
    this.#read("status", () => record.status);
    this.#read("lastSeen", () =>
      record.lastSeenMs === null ? null : new Date(record.lastSeenMs).toISOString(),
    );
    this.#read("lastReading", () => record.lastReading);
    this.#read("rtt", () => meanRttMs([record.window.sums]));
    this.#read("pdr", () => deliveryRatio([record.window.sums]));
    for (const property of Object.keys(record.type.quantities)) {
      this.#read(property, () => {
        const value = record.value(property);
        if (value === undefined) throw new NoReadingError(record.id);
        return value;
      });
    }
    const parameters = { ...PARAMETER_OF, ...record.type.parameters };
    for (const [property, parameter] of Object.entries(parameters)) {
      if (!this.#has(property)) continue;
      if (record.type.quantities[property] === undefined) {
        this.#read(property, () => record.parameters[parameter] ?? null);
      }
      this.#options.thing.setPropertyWriteHandler(property, async (input) => {
        await this.#write(parameter, await inputOf(input));
        this.#notifier.property(property);
      });
    }
  }

  #handleActions(): void {
    const { thing } = this.#options;
    thing.setActionHandler("getData", async (input) => ({
      ...(await this.getData(await timeoutOf(input))),
    }));
    thing.setActionHandler("ping", async () => {
      const { reading, deviceRttMs } = await this.#ask({ op: "read" }, DEFAULT_TIMEOUT_MS);
      if (reading) this.record.takeReading(reading);
      return { deviceRttMs };
    });
    thing.setActionHandler("reset", async () => {
      this.record.window.reset();
      return undefined;
    });
  }

  async #write(parameter: Parameter, value: unknown): Promise<void> {
    if (value !== null && typeof value !== "number") {
      throw new InputError({ path: "", got: value, wanted: "a number" });
    }
    await this.#ask({ op: "set", parameter, value }, DEFAULT_TIMEOUT_MS);
    this.record.confirm(parameter, value);
    if (parameter === "threshold") this.#isArmed = true;
  }

  #read(property: string, handler: () => unknown): void {
    if (!this.#has(property)) return;
    this.#options.thing.setPropertyReadHandler(property, async () => handler() as never);
  }

  #has(property: string): boolean {
    return this.#properties[property] !== undefined;
  }

  /** The ExposedThing has its affordances as members, which the Scripting API's types do not say. */
  get #properties(): Readonly<Record<string, { observable?: boolean }>> {
    return (this.#options.thing as unknown as { properties: Record<string, object> }).properties;
  }

  #onReading(reading: ThingReading, previous: ThingReading | null): void {
    this.#notifier.event("reading", reading);
    this.#notifier.property("lastReading");
    for (const [property, value] of Object.entries(reading.values)) {
      if (value !== previous?.values[property] && this.#has(property)) {
        this.#notifier.property(property);
      }
    }
    this.#watchThreshold(reading);
  }

  #watchThreshold({ values, timestamp }: ThingReading): void {
    const { threshold: rule } = this.record.type;
    const threshold = this.record.parameters.threshold ?? null;
    const value = rule && values[rule.property];
    if (!rule || threshold === null || value === undefined) return;
    if (value <= threshold - rule.hysteresis) this.#isArmed = true;
    if (value <= threshold || !this.#isArmed) return;
    this.#isArmed = false;
    const quantity = rule.property;
    this.#notifier.event("thresholdExceeded", { quantity, value, threshold, timestamp });
  }

  #onStatus(change: StatusChange): void {
    this.#notifier.property("status");
    this.#notifier.event("statusChanged", change);
  }
}

/** Both are lost packets: whether the radio noticed makes no difference to the delivery ratio. */
function isLoss(error: unknown): boolean {
  return error instanceof DeviceTimeoutError || error instanceof DeviceUnreachableError;
}
