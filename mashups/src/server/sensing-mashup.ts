import { type Clock, type Logger, type Site, toFogwotError } from "@fogwot/core";
import type * as WoT from "wot-typescript-definitions";
import type { Directory, DirectoryChange } from "../directory";
import { PolicyFaultError } from "../policies";
import {
  type PolicyIsolation,
  type PolicyReport,
  type SensedThing,
  Sensing,
  type SensingChanges,
  type SensingStatus,
} from "../sensing";
import type { EventLog } from "./event-log";
import type { RowSink } from "./row-sink";
import { Silence } from "./silence";
import { deviceId, toSensedThing } from "./thing-kind";

export interface SensingMashupOptions {
  readonly site: Site;
  readonly run: string;
  readonly timeScale: number;
  readonly wot: Pick<typeof WoT, "consume">;
  readonly directory: Directory;
  readonly sink: RowSink;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** @default "thread" */
  readonly isolation?: PolicyIsolation;
  /** See `SensingOptions`. */
  readonly policyHooks?: string | undefined;
}

/** `waiting`: it would run, and no Thing to sense has registered yet. */
export type MashupState = "waiting" | "running" | "stopped";

/**
 * The site's sensing mash-up, fed from the directory: every Device Thing that registers is sensed
 * from the next slot on, one that leaves is not.
 */
export class SensingMashup {
  readonly #options: SensingMashupOptions;
  readonly #sensing: Sensing;
  /** Device ids by Thing id, of what is being sensed. */
  readonly #devices = new Map<string, string>();
  #wanted = true;
  #running = false;
  #halting: Promise<void> | undefined;
  #isShort = false;
  #leaveDirectory: (() => void) | undefined;

  /** @throws ConfigError */
  constructor(options: SensingMashupOptions) {
    const { site, run, timeScale, wot, sink, clock, log, policyHooks } = options;
    this.#options = options;
    this.#sensing = new Sensing({
      ...site.mashup,
      run,
      timeScale,
      wot,
      clock,
      log,
      isolation: options.isolation ?? "thread",
      ...(policyHooks === undefined ? {} : { policyHooks }),
      sink: (outcomes, readings) => sink.take(outcomes, readings),
    });
  }

  /** Loads the policy that the site file names. @throws PolicyNotFoundError, PolicyLoadError, ConfigError */
  load(): Promise<void> {
    return this.#sensing.load();
  }

  /** Takes the Things of the directory, and starts when there is one. */
  start(): void {
    if (this.#leaveDirectory) return;
    const { directory, events } = this.#options;
    this.#sensing.on("policy", (report) => {
      events.record(report.carry === "state" ? "policy-tuned" : "policy-switched", { ...report });
    });
    const silence = new Silence(events);
    this.#sensing.on("slot", (report) => silence.take(report));
    this.#sensing.on("rollback", (report) => events.record("policy-rolled-back", { ...report }));
    this.#sensing.on("fault", (error) => {
      // Told by its rollback, with what is in its place.
      if (error instanceof PolicyFaultError) return;
      const { code, message } = toFogwotError(error);
      events.record("mashup-fault", { code, reason: message });
    });
    this.#leaveDirectory = directory.onChange((change) => this.#onChange(change));
    for (const td of directory.list()) this.#onChange({ kind: "added", id: td.id, td });
  }

  /** Lets the slot under way end. Idempotent. */
  async stop(): Promise<void> {
    this.#leaveDirectory?.();
    this.#leaveDirectory = undefined;
    await this.#halt();
    await this.#sensing.close();
    this.#sensing.removeAllListeners();
  }

  get state(): MashupState {
    if (!this.#wanted) return "stopped";
    return this.#running ? "running" : "waiting";
  }

  status(): SensingStatus {
    return this.#sensing.status();
  }

  /** Goes on sensing after a pause; the run and its slots continue. */
  resume(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#startWhenReady();
  }

  /** Ends after the slot under way. */
  async pause(): Promise<void> {
    if (!this.#wanted) return;
    this.#wanted = false;
    await this.#halt();
  }

  /**
   * Holds from the next slot on; resolves when it does.
   *
   * @throws PolicyNotFoundError, PolicyLoadError, ConfigError, PolicyFaultError; everything stays as it was
   */
  async change(changes: SensingChanges): Promise<PolicyReport | undefined> {
    const report = await this.#sensing.change(changes);
    const { policy, policyBase, parameters, carry, ...settings } = changes;
    if (Object.keys(settings).length > 0) {
      this.#options.events.record("settings-changed", settings);
    }
    this.#checkCoverage();
    return report;
  }

  /** Parameters of the policy in force, which keeps what it learnt. @throws as `change` */
  tune(parameters: Readonly<Record<string, unknown>>): Promise<PolicyReport> {
    return this.#sensing.tune(parameters);
  }

  #onChange({ kind, id, td }: DirectoryChange): void {
    const thing = kind === "removed" ? undefined : this.#toSense(td);
    if (thing) this.#join(id, thing);
    else this.#leave(id);
    this.#checkCoverage();
    this.#startWhenReady();
  }

  #toSense(td: DirectoryChange["td"]): SensedThing | undefined {
    const { site } = this.#options;
    const { devices } = site.mashup;
    const isWanted =
      !devices || devices.includes(deviceId(td.id, site.site)) || devices.includes(td.id);
    return isWanted ? toSensedThing(td, site.site) : undefined;
  }

  #join(thingId: string, thing: SensedThing): void {
    const isNew = !this.#devices.has(thingId);
    this.#devices.set(thingId, thing.id);
    this.#sensing.addThing(thing);
    if (!isNew) return;
    this.#options.events.record("device-joined", { device: thing.id, wsn: thing.wsn });
  }

  #leave(thingId: string): void {
    const device = this.#devices.get(thingId);
    if (device === undefined) return;
    this.#devices.delete(thingId);
    this.#sensing.removeThing(device);
    this.#options.events.record("device-left", { device });
  }

  async #halt(): Promise<void> {
    if (!this.#running) return this.#halting;
    this.#running = false;
    this.#halting = this.#sensing.stop();
    await this.#halting;
    this.#halting = undefined;
    this.#options.events.record("sensing-stopped", { slot: this.#sensing.status().slot });
    // Somebody may have wanted it back while the last slot was under way.
    this.#startWhenReady();
  }

  #startWhenReady(): void {
    if (!this.#wanted || this.#running || this.#devices.size === 0) return;
    if (this.#halting !== undefined || !this.#leaveDirectory) return;
    this.#running = true;
    this.#sensing.start();
    const { slot, policy, m } = this.#sensing.status();
    this.#options.events.record("sensing-started", { slot: slot + 1, policy, m });
  }

  /** With fewer devices than M all are asked, never one of them twice; that is told once. */
  #checkCoverage(): void {
    const { m } = this.#sensing.status();
    const devices = this.#devices.size;
    const isShort = devices < m;
    if (isShort === this.#isShort) return;
    this.#isShort = isShort;
    this.#options.events.record(isShort ? "coverage-violation" : "coverage-restored", {
      m,
      devices,
    });
  }
}
