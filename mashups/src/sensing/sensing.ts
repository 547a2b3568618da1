import { EventEmitter } from "node:events";
import {
  type BindingName,
  type Clock,
  type Logger,
  silentLogger,
  systemClock,
  toFogwotError,
} from "@fogwot/core";
import type { DeciderSource } from "./live/decider";
import { knownParameters, openDecider } from "./live/open-decider";
import { type OpenDecider, PolicyKeeper } from "./live/policy-keeper";
import type {
  PolicyReport,
  Replaced,
  RollbackReport,
  SensingChanges,
  SensingOptions,
  SensingStatus,
  SlotReport,
} from "./sensing-options";
import { type Sample, type SensedThing, Sensor } from "./sensor";
import type { SlotOutcome } from "./slot";
import { SlotWindow, Tally } from "./window";

interface SensingEvents {
  slot: [SlotReport];
  policy: [PolicyReport];
  /** Comes before the `fault` that it is due to. */
  rollback: [RollbackReport];
  fault: [Error];
}

type Parameters = Readonly<Record<string, unknown>>;

const WINDOW_SLOTS = 100;
/** Things connected to at the same time before the first slot, and real ms that each may take of all. */
const [CONNECTING, CONNECT_MS] = [16, 20];

/**
 * The live sensing mash-up: in every time-slot the policy chooses M Things, all are asked at once
 * by getData, and every outcome goes to the sink.
 *
 * The policy runs in a thread of its own. It is replaced between two slots, and by the last good one when
 * it fails: no slot is lost and no Servient is touched.
 */
export class Sensing extends EventEmitter<SensingEvents> {
  readonly #options: SensingOptions;
  readonly #clock: Clock;
  readonly #timeScale: number;
  readonly #log: Logger;
  readonly #keeper: PolicyKeeper;
  readonly #sensors = new Map<string, Sensor>();
  readonly #window = new SlotWindow(WINDOW_SLOTS);
  readonly #total = new Tally();
  readonly #first: { readonly source: DeciderSource; readonly parameters: Parameters };
  #loading: Promise<unknown> | undefined;
  #intervalMs: number;
  /** On the clock; undefined before the first start. */
  #startedMs: number | undefined;
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @throws ConfigError where the policy comes with fogwot, and its parameters do not fit */
  constructor(options: SensingOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timeScale = options.timeScale ?? 1;
    this.#log = options.log ?? silentLogger;
    this.#intervalMs = options.intervalMs ?? 1_000;
    const { run, m, seed = 1, timeoutMs = 500, binding = "http", policy = "P1" } = options;
    const source = { policy, base: process.cwd() };
    this.#first = { source, parameters: knownParameters(policy, options.parameters ?? {}) };
    this.#keeper = new PolicyKeeper({
      run,
      seed,
      settings: { m, timeoutMs, binding },
      onRollback: (report, error) => this.#onRollback(report, error),
    });
    for (const thing of options.things ?? []) this.addThing(thing);
  }

  /**
   * Loads the policy, which the first slot would do otherwise.
   * @throws PolicyNotFoundError, PolicyLoadError, ConfigError
   */
  async load(): Promise<void> {
    const { source, parameters } = this.#first;
    this.#loading ??= this.#keeper.replace(this.#opening(source), {
      parameters,
      carry: "none",
      settings: {},
    });
    await this.#loading;
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
    this.#keeper.leave(id);
  }

  start(): void {
    if (this.#stopping) return;
    this.#stopping = new AbortController();
    this.#running = this.#run(this.#stopping.signal);
  }

  /** Lets the slot under way end, and starts no other. The policy stays as it is. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#running;
    this.#stopping = undefined;
  }

  /** Stops for good: the threads of policies end. Idempotent. */
  async close(): Promise<void> {
    await this.stop();
    await this.#loading?.catch(() => undefined);
    await this.#keeper.close();
  }

  /**
   * Holds from the next slot on; resolves when it does.
   * @throws PolicyNotFoundError, PolicyLoadError, ConfigError, PolicyFaultError; everything stays as it was
   */
  async change(changes: SensingChanges): Promise<PolicyReport | undefined> {
    await this.load().catch(() => undefined);
    const { policy, policyBase, parameters, carry = "none", intervalMs, ...settings } = changes;
    const { timeoutMs } = settings;
    let report: PolicyReport | undefined;
    if (policy !== undefined || parameters !== undefined) {
      const source: DeciderSource =
        policy === undefined
          ? (this.#keeper.current?.source ?? this.#first.source)
          : { policy, base: policyBase ?? process.cwd() };
      // First, because it may refuse: nothing else must have changed then.
      report = await this.#keeper.replace(this.#opening(source), {
        ...{ parameters: parameters ?? {}, carry, settings },
      });
    } else {
      // What a loss costs depends on it.
      if (timeoutMs !== undefined) await this.#keeper.tune({}, timeoutMs);
      this.#keeper.configure(settings);
    }
    this.#intervalMs = intervalMs ?? this.#intervalMs;
    if (report) this.emit("policy", report);
    return report;
  }

  /**
   * Changes parameters of the policy in force, which keeps what it has learnt; what is not named stays.
   * @throws ConfigError, PolicyStateError, PolicyFaultError
   */
  async tune(parameters: Parameters): Promise<PolicyReport> {
    await this.load();
    const report = await this.#keeper.tune(parameters, undefined);
    this.emit("policy", report);
    return report;
  }

  /** One time-slot by hand, for a script with a loop of its own. @throws as `load` */
  async step(): Promise<SlotReport> {
    await this.load();
    return this.#slot();
  }

  status(): SensingStatus {
    const { current, settings, slot, devices } = this.#keeper;
    const { source, parameters } = this.#first;
    const named = typeof source.policy === "string" ? source.policy : source.policy.name;
    const total = this.#total.figures;
    return {
      run: this.#options.run,
      isRunning: this.#stopping !== undefined,
      policy: current?.policy.name ?? named,
      parameters: current?.policy.parameters ?? parameters,
      m: settings.m,
      timeoutMs: settings.timeoutMs,
      intervalMs: this.#intervalMs,
      binding: settings.binding,
      seed: this.#options.seed ?? 1,
      slot,
      requests: total.requests,
      window: { ...this.#window.figures, slots: this.#window.slots },
      total,
      devices: devices.map((device) => ({ ...device, ...this.#window.device(device.id) })),
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.load().catch((error: unknown) => this.#keeper.startWithFallback(error)),
      this.#prepare(signal),
    ]);
    let dueMs = this.#clock.monotonicMs();
    while (!signal.aborted) {
      await this.#slot();
      const intervalMs = this.#intervalMs * this.#timeScale;
      const nowMs = this.#clock.monotonicMs();
      // Slots keep to their grid; after an overrun the next free place of it is taken.
      dueMs += intervalMs * Math.max(1, Math.ceil((nowMs - dueMs) / intervalMs));
      // Rejects only when stopped, which the loop's condition sees.
      await this.#clock.sleep(Math.max(0, dueMs - nowMs), signal).catch(() => undefined);
    }
  }

  async #slot(): Promise<SlotReport> {
    this.#startedMs ??= this.#clock.monotonicMs();
    const tVirtualMs = (this.#clock.monotonicMs() - this.#startedMs) / this.#timeScale;
    const timestampMs = Math.round(this.#clock.now());
    const requests = await this.#keeper.begin({ tVirtualMs, timestampMs });
    const { slot } = this.#keeper;
    const { binding, timeoutMs } = this.#keeper.settings;
    const samples = await Promise.all(
      requests.map(({ device }) => this.#ask(device.id, binding as BindingName, timeoutMs)),
    );
    const { rows } = await this.#keeper.end(samples.map((sample) => sample.outcome));
    const readings = samples.flatMap((sample) => sample.readings);
    const report = { slot, outcomes: rows, readings };
    this.#window.add(rows);
    for (const row of rows) this.#total.add(row);
    this.emit("slot", report);
    this.#store(report);
    return report;
  }

  /** Connects to the Things before the first slot, for a slot's time-out or as long as many take. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const limit = new AbortController();
    const { timeoutMs, binding } = this.#keeper.settings;
    const waiting = [...this.#sensors.values()];
    const limitMs = Math.max(timeoutMs * this.#timeScale, CONNECT_MS * waiting.length);
    // A thousand descriptions at once would hold up everything else in this thread.
    const connect = async () => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
        await next.prepare(binding as BindingName).catch(() => undefined);
      }
    };
    await Promise.race([
      Promise.all(Array.from({ length: CONNECTING }, connect)),
      // Rejects when no longer needed or when stopped: both end the race as well.
      this.#clock.sleep(limitMs, AbortSignal.any([signal, limit.signal])).catch(() => undefined),
    ]);
    limit.abort();
  }

  async #joinWhenReady(sensor: Sensor): Promise<void> {
    const binding = this.#keeper.settings.binding as BindingName;
    // A Thing that cannot be reached joins as well: when it is asked, that is a loss.
    await sensor.prepare(binding).catch(() => undefined);
    if (this.#sensors.get(sensor.thing.id) === sensor) this.#join(sensor);
  }

  #join({ thing: { id, wsn } }: Sensor): void {
    this.#keeper.join({ id, wsn });
  }

  #opening(source: DeciderSource): OpenDecider {
    const { isolation = "thread", policyHooks, policyHeapMb = 512 } = this.#options;
    return openDecider(source, { isolation, policyHooks, policyHeapMb, log: this.#log });
  }

  #onRollback(report: Replaced, error: unknown): void {
    const fault = toFogwotError(error);
    this.#log.error({ err: error, ...report }, "the policy failed, another takes its place");
    this.emit("rollback", { ...report, code: fault.code, reason: reasonOf(fault) });
    this.emit("fault", fault);
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

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause}` : message;
}
