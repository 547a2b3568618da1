import { EventEmitter } from "node:events";
import {
  type BindingName,
  type Clock,
  type Logger,
  silentLogger,
  systemClock,
  toFogwotError,
} from "@fogwot/core";
import { loadPolicy, type PolicyDefinition } from "../policies";
import type {
  PolicyReport,
  SensingChanges,
  SensingOptions,
  SensingStatus,
  SlotReport,
} from "./sensing-options";
import { type Sample, type SensedThing, Sensor } from "./sensor";
import type { SlotOutcome, SlotRequest, SlotTime } from "./slot";
import { SlotLoop } from "./slot-loop";
import { SlotWindow, Tally } from "./window";

interface SensingEvents {
  slot: [SlotReport];
  policy: [PolicyReport];
  fault: [Error];
}

const WINDOW_SLOTS = 100;

/**
 * The live sensing mash-up: in every time-slot the policy chooses M Things, all are asked at once
 * by getData, and every outcome goes to the sink.
 *
 * A change of policy happens between two slots; no slot is lost and no Servient is touched.
 */
export class Sensing extends EventEmitter<SensingEvents> {
  readonly #options: SensingOptions;
  readonly #clock: Clock;
  readonly #timeScale: number;
  readonly #log: Logger;
  readonly #loop: SlotLoop;
  readonly #sensors = new Map<string, Sensor>();
  readonly #window = new SlotWindow(WINDOW_SLOTS);
  readonly #total = new Tally();
  #intervalMs: number;
  #binding: BindingName;
  /** On the clock; undefined before the first start. */
  #startedMs: number | undefined;
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @throws PolicyNotFoundError, ConfigError */
  constructor(options: SensingOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timeScale = options.timeScale ?? 1;
    this.#log = options.log ?? silentLogger;
    this.#intervalMs = options.intervalMs ?? 1_000;
    this.#binding = options.binding ?? "http";
    this.#loop = new SlotLoop({
      run: options.run,
      seed: options.seed ?? 1,
      definition: definitionOf(options.policy ?? "P1"),
      parameters: options.parameters ?? {},
      m: options.m,
      timeoutMs: options.timeoutMs ?? 500,
      binding: this.#binding,
    });
    for (const thing of options.things ?? []) this.addThing(thing);
  }

  /**
   * A Thing that joins is sensed from the next slot on, once it is connected to; a newer
   * description replaces the old.
   */
  addThing(thing: SensedThing): void {
    const context = { wot: this.#options.wot, clock: this.#clock, timeScale: this.#timeScale };
    const sensor = new Sensor(thing, context);
    this.#sensors.set(thing.id, sensor);
    if (this.#stopping) void this.#joinWhenReady(sensor);
    else this.#join(sensor);
  }

  removeThing(id: string): void {
    this.#sensors.delete(id);
    this.#loop.leave(id);
  }

  start(): void {
    if (this.#stopping) return;
    this.#stopping = new AbortController();
    this.#running = this.#run(this.#stopping.signal);
  }

  /** Lets the slot under way end, and starts no other. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#running;
    this.#stopping = undefined;
  }

  /**
   * Holds from the next slot on.
   * @throws PolicyNotFoundError, ConfigError; everything stays as it was
   */
  change(changes: SensingChanges): PolicyReport | undefined {
    const previous = this.#loop.policy.name;
    const isNewPolicy = changes.policy !== undefined || changes.parameters !== undefined;
    const definition = isNewPolicy ? definitionOf(changes.policy ?? previous) : undefined;
    if (definition) {
      // First, because it may refuse: nothing else must have changed then.
      const parameters = changes.parameters ?? {};
      this.#loop.replacePolicy({ definition, parameters }, changes.timeoutMs);
    }
    const { m, timeoutMs, binding } = changes;
    this.#loop.configure({
      ...(m === undefined ? {} : { m }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(binding === undefined ? {} : { binding }),
    });
    this.#binding = binding ?? this.#binding;
    this.#intervalMs = changes.intervalMs ?? this.#intervalMs;
    if (!definition) return undefined;
    const { name, parameters } = this.#loop.policy;
    const report = { fromSlot: this.#loop.slot + 1, policy: name, previous, parameters };
    this.emit("policy", report);
    return report;
  }

  /** One time-slot by hand, for a script with a loop of its own. */
  async step(): Promise<SlotReport> {
    this.#startedMs ??= this.#clock.monotonicMs();
    const tVirtualMs = (this.#clock.monotonicMs() - this.#startedMs) / this.#timeScale;
    const requests = this.#begin({ tVirtualMs, timestampMs: Math.round(this.#clock.now()) });
    const binding = this.#binding;
    const { timeoutMs } = this.#loop.settings;
    const samples = await Promise.all(
      requests.map(({ device }) => this.#ask(device.id, binding, timeoutMs)),
    );
    const { rows, fault } = this.#loop.end(samples.map((sample) => sample.outcome));
    const report = {
      slot: this.#loop.slot,
      outcomes: rows,
      readings: samples.flatMap((sample) => sample.readings),
    };
    this.#window.add(rows);
    for (const row of rows) this.#total.add(row);
    this.emit("slot", report);
    this.#store(report);
    if (fault) this.#recover(fault);
    return report;
  }

  status(): SensingStatus {
    const { policy, slot, devices } = this.#loop;
    const { m, timeoutMs } = this.#loop.settings;
    const total = this.#total.figures;
    return {
      run: this.#options.run,
      isRunning: this.#stopping !== undefined,
      policy: policy.name,
      parameters: policy.parameters,
      m,
      timeoutMs,
      intervalMs: this.#intervalMs,
      binding: this.#binding,
      seed: this.#options.seed ?? 1,
      slot,
      requests: total.requests,
      window: { ...this.#window.figures, slots: this.#window.slots },
      total,
      devices: devices.map((device) => ({ ...device, ...this.#window.device(device.id) })),
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.#prepare(signal);
    let dueMs = this.#clock.monotonicMs();
    while (!signal.aborted) {
      await this.step();
      const intervalMs = this.#intervalMs * this.#timeScale;
      const nowMs = this.#clock.monotonicMs();
      // Slots keep to their grid; after an overrun the next free place of it is taken.
      dueMs += intervalMs * Math.max(1, Math.ceil((nowMs - dueMs) / intervalMs));
      // Rejects only when stopped, which the loop's condition sees.
      await this.#clock.sleep(Math.max(0, dueMs - nowMs), signal).catch(() => undefined);
    }
  }

  /** Connects to the Things before the first slot, for no longer than a slot's time-out. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const limit = new AbortController();
    const limitMs = this.#loop.settings.timeoutMs * this.#timeScale;
    const sensors = [...this.#sensors.values()];
    await Promise.race([
      Promise.allSettled(sensors.map((sensor) => sensor.prepare(this.#binding))),
      // Rejects when no longer needed or when stopped: both end the race as well.
      this.#clock.sleep(limitMs, AbortSignal.any([signal, limit.signal])).catch(() => undefined),
    ]);
    limit.abort();
  }

  async #joinWhenReady(sensor: Sensor): Promise<void> {
    // A Thing that cannot be reached joins as well: when it is asked, that is a loss.
    await sensor.prepare(this.#binding).catch(() => undefined);
    if (this.#sensors.get(sensor.thing.id) === sensor) this.#join(sensor);
  }

  #join({ thing: { id, wsn } }: Sensor): void {
    this.#loop.join({ id, wsn });
  }

  #begin(time: SlotTime): readonly SlotRequest[] {
    try {
      return this.#loop.begin(time);
    } catch (error) {
      this.#recover(error);
      return this.#loop.begin(time);
    }
  }

  /** Sensing must not end because a policy is wrong: round robin takes over, in the same slot. */
  #recover(error: unknown): void {
    this.#log.error({ err: error, policy: this.#loop.policy.name }, "policy failed, P0 takes over");
    this.emit("fault", toFogwotError(error));
    this.change({ policy: "P0" });
  }

  #ask(id: string, binding: BindingName, timeoutMs: number): Promise<Sample> {
    const sensor = this.#sensors.get(id);
    const gone: SlotOutcome = { ok: false, rttMs: null, deviceRttMs: null, error: "NOT_FOUND" };
    return sensor?.getData(binding, timeoutMs) ?? Promise.resolve({ outcome: gone, readings: [] });
  }

  #store({ outcomes, readings }: SlotReport): void {
    this.#options.sink?.(outcomes, readings).catch((error: unknown) => {
      this.#log.error({ err: error, rows: outcomes.length }, "rows were not stored");
      this.emit("fault", toFogwotError(error));
    });
  }
}

function definitionOf(policy: string | PolicyDefinition): PolicyDefinition {
  return typeof policy === "string" ? loadPolicy(policy) : policy;
}
