import type { Clock } from "@fogwot/core";
import type { DeviceType } from "../devices/device-type";
import {
  type DeviceState,
  type DeviceStatus,
  type DriverData,
  isCommand,
  type Parameter,
  type ParameterValues,
  type Reading,
} from "../drivers/driver";
import { SlidingWindow } from "./sliding-window";

/** A reading as Things speak of it. */
export interface ThingReading {
  readonly deviceId: string;
  /** By property of the Thing. */
  readonly values: Readonly<Record<string, number>>;
  /** RFC 3339, UTC */
  readonly timestamp: string;
  readonly ageMs: number;
  /** Of a stream's readings: a gap is lost ones. */
  readonly sequence?: number;
}

export interface StatusChange {
  readonly status: DeviceStatus;
  readonly previous: DeviceStatus;
  readonly timestamp: string;
}

export interface DeviceListener {
  reading?(reading: ThingReading, previous: ThingReading | null): void;
  status?(change: StatusChange): void;
}

export interface DeviceRecordOptions {
  readonly id: string;
  readonly type: DeviceType;
  readonly clock: Clock;
  readonly parameters: ParameterValues;
}

/** Queries that rtt and pdr are taken over. */
const WINDOW_QUERIES = 100;

/** What the fog node knows of one device without asking it. */
export class DeviceRecord {
  readonly id: string;
  readonly type: DeviceType;
  readonly window = new SlidingWindow(WINDOW_QUERIES);
  status: DeviceStatus = "offline";
  lastSeenMs: number | null = null;
  lastReading: ThingReading | null = null;
  parameters: ParameterValues;
  readonly #clock: Clock;
  readonly #listeners = new Set<DeviceListener>();
  /** What the device has confirmed since its last reading, by property: newer than that. */
  readonly #confirmed = new Map<string, number>();

  constructor({ id, type, clock, parameters }: DeviceRecordOptions) {
    this.id = id;
    this.type = type;
    this.parameters = { ...type.defaults, ...parameters };
    this.#clock = clock;
  }

  listen(listener: DeviceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something the driver published. */
  apply(data: DriverData): void {
    if (data.kind === "reading") {
      this.takeReading(data.reading);
      return;
    }
    // Who joins and who leaves is its network's affair, and a stream's bytes are its decoder's.
    if (data.kind !== "status") return;
    if (data.lastSeenMs !== null) this.#seen(data.lastSeenMs);
    this.become(data.status);
  }

  /** The driver's whole knowledge, after a connect or where something was missed. */
  synchronize(state: DeviceState): void {
    if (state.lastSeenMs !== null) this.#seen(state.lastSeenMs);
    if (state.lastReading) {
      const known = this.lastReading ? Date.parse(this.lastReading.timestamp) : Number.NaN;
      if (known !== state.lastReading.timestampMs)
        this.#keep(this.toThingReading(state.lastReading));
    }
    this.parameters = { ...this.parameters, ...state.parameters };
    this.become(state.status);
  }

  takeReading(reading: Reading): ThingReading {
    const known = this.toThingReading(reading);
    this.#seen(this.#clock.now());
    this.#keep(known);
    return known;
  }

  become(status: DeviceStatus): void {
    const previous = this.status;
    if (status === previous) return;
    this.status = status;
    const timestamp = new Date(this.#clock.now()).toISOString();
    for (const listener of this.#listeners) listener.status?.({ status, previous, timestamp });
  }

  /** The device has carried it out. */
  confirm(parameter: Parameter, value: number | null): void {
    if (!isCommand(parameter)) this.parameters = { ...this.parameters, [parameter]: value };
    for (const property of Object.keys(this.type.quantities)) {
      const isIts = this.type.parameters?.[property] === parameter;
      if (isIts && value !== null) this.#confirmed.set(property, value);
    }
  }

  /** Last known value of a quantity. */
  value(property: string): number | undefined {
    return this.#confirmed.get(property) ?? this.lastReading?.values[property];
  }

  toThingReading({ values, timestampMs, ageMs, sequence }: Reading): ThingReading {
    const named: Record<string, number> = {};
    for (const [property, quantity] of Object.entries(this.type.quantities)) {
      const value = values[quantity];
      if (value !== undefined) named[property] = value;
    }
    const timestamp = new Date(timestampMs).toISOString();
    const numbered = sequence === undefined ? {} : { sequence };
    return { deviceId: this.id, values: named, timestamp, ageMs, ...numbered };
  }

  #keep(reading: ThingReading): void {
    const previous = this.lastReading;
    this.#confirmed.clear();
    this.lastReading = reading;
    for (const listener of this.#listeners) listener.reading?.(reading, previous);
  }

  #seen(atMs: number): void {
    if (this.lastSeenMs === null || atMs > this.lastSeenMs) this.lastSeenMs = atMs;
  }
}
