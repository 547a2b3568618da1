import { createRng } from "@fogwot/core";
import {
  createPolicy,
  type Policy,
  PolicyFaultError,
  policyParameters,
  type SelectionMeta,
  selectionMeta,
} from "../policies";
import type { OutcomeRow } from "../store";
import type {
  PolicyChoice,
  SensedDevice,
  SlotOutcome,
  SlotRequest,
  SlotResult,
  SlotTime,
} from "./slot";

/** What may change from slot to slot. */
export interface SlotSettings {
  /** Devices to ask per slot. */
  readonly m: number;
  readonly timeoutMs: number;
  /** Name of the protocol binding, for the log. */
  readonly binding: string;
}

export interface SlotLoopOptions extends PolicyChoice, SlotSettings {
  readonly run: string;
  readonly seed: number;
}

interface OpenSlot extends SlotTime {
  readonly requests: readonly SlotRequest[];
}

/**
 * The time-slot loop of the paper as a state machine without I/O: `begin` says whom to ask, `end`
 * takes what came back. A synchronous shell drives it in virtual time, `Sensing` over the Scripting
 * API; both run the same policies. Whatever changes while a slot is open holds from the next on.
 */
export class SlotLoop {
  readonly #options: SlotLoopOptions;
  readonly #handleOf = new Map<string, number>();
  readonly #deviceOf = new Map<number, SensedDevice>();
  readonly #groups = new Map<string, number>();
  readonly #untilNextSlot: (() => void)[] = [];
  /** Of the policy that is in force. */
  #choice: Required<PolicyChoice>;
  /** Of the policy that is in force or will be in the next slot. */
  #latest: Required<PolicyChoice>;
  #policy: Policy;
  #policies = 0;
  #settings: SlotSettings;
  #latestSettings: SlotSettings;
  #slot = 0;
  #open: OpenSlot | undefined;
  #handles = new Int32Array(8);
  #ok = new Uint8Array(8);
  #rttMs = new Float64Array(8);
  #meta: SelectionMeta = selectionMeta(8);

  /** @throws ConfigError when the parameters do not fit the policy's schema */
  constructor(options: SlotLoopOptions) {
    this.#options = options;
    const { m, timeoutMs, binding } = options;
    this.#settings = { m, timeoutMs, binding };
    this.#latestSettings = this.#settings;
    this.#choice = complete(options);
    this.#latest = this.#choice;
    this.#policy = this.#create(this.#choice, timeoutMs);
  }

  /** Slots begun so far. */
  get slot(): number {
    return this.#slot;
  }

  /** As of the next slot. */
  get settings(): SlotSettings {
    return this.#latestSettings;
  }

  get policy(): { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> } {
    return { name: this.#latest.definition.name, parameters: this.#latest.parameters };
  }

  get devices(): readonly SensedDevice[] {
    return [...this.#deviceOf.values()];
  }

  /** A device that joins is sensed from the next slot on. Joining twice changes nothing. */
  join(device: SensedDevice): void {
    this.#betweenSlots(() => this.#join(device));
  }

  leave(deviceId: string): void {
    this.#betweenSlots(() => {
      const handle = this.#handleOf.get(deviceId);
      if (handle === undefined) return;
      this.#handleOf.delete(deviceId);
      this.#deviceOf.delete(handle);
      this.#policy.leave(handle);
    });
  }

  configure(changes: Partial<SlotSettings>): void {
    const settings = { ...this.#latestSettings, ...changes };
    this.#latestSettings = settings;
    this.#betweenSlots(() => {
      this.#settings = settings;
    });
  }

  /**
   * Replaces the policy between two slots. It starts from nothing, as in the paper, whose
   * replacement was another process.
   * @param timeoutMs t_timeout that goes with it: what a loss costs under P3
   * @throws ConfigError when the parameters do not fit; the running policy stays
   */
  replacePolicy(choice: PolicyChoice, timeoutMs = this.#latestSettings.timeoutMs): void {
    const next = complete(choice);
    const policy = this.#create(next, timeoutMs);
    this.#latest = next;
    this.#betweenSlots(() => {
      const devices = this.devices;
      this.#policy = policy;
      this.#choice = next;
      this.#handleOf.clear();
      this.#deviceOf.clear();
      for (const device of devices) this.#join(device);
    });
  }

  /**
   * Begins the next slot. With fewer devices than M all are asked; without any the slot is empty.
   * @throws PolicyFaultError when the policy throws or chooses what it may not
   */
  begin(time: SlotTime): readonly SlotRequest[] {
    const count = Math.min(this.#settings.m, this.#deviceOf.size);
    this.#reserve(count);
    const chosen = count === 0 ? 0 : this.#select(count);
    const requests: SlotRequest[] = [];
    for (let k = 0; k < chosen; k++) {
      const device = this.#deviceOf.get(this.#handles[k] as number);
      if (!device || requests.some((earlier) => earlier.device === device)) {
        throw this.#fault(
          `handle ${this.#handles[k]} of pick ${k} is ${device ? "doubled" : "unknown"}`,
        );
      }
      requests.push({ k, device });
    }
    if (chosen !== count) throw this.#fault(`chose ${chosen} devices, wanted ${count}`);
    this.#slot++;
    this.#open = { ...time, requests };
    return requests;
  }

  /**
   * Ends the slot: the policy learns from all outcomes at once, since the requests were concurrent.
   * @param outcomes one per request of `begin`, in its order
   */
  end(outcomes: readonly SlotOutcome[]): SlotResult {
    const open = this.#open;
    if (!open || outcomes.length !== open.requests.length) {
      throw this.#fault(`${outcomes.length} outcomes for ${open?.requests.length ?? 0} requests`);
    }
    for (const [k, outcome] of outcomes.entries()) {
      this.#ok[k] = outcome.ok ? 1 : 0;
      this.#rttMs[k] = outcome.rttMs ?? Number.NaN;
    }
    const fault = this.#learn(outcomes.length);
    const rows = outcomes.map((outcome, k) => this.#row(open, k, outcome));
    this.#open = undefined;
    for (const change of this.#untilNextSlot.splice(0)) change();
    return { rows, fault };
  }

  #select(count: number): number {
    this.#meta.propensity.fill(Number.NaN);
    try {
      return this.#policy.select(this.#slot + 1, count, this.#handles, this.#meta);
    } catch (cause) {
      throw this.#fault("select threw", cause);
    }
  }

  #learn(count: number): PolicyFaultError | undefined {
    try {
      this.#policy.observe(this.#handles, this.#ok, this.#rttMs, count);
      return undefined;
    } catch (cause) {
      return this.#fault("observe threw", cause);
    }
  }

  #row(open: OpenSlot, k: number, outcome: SlotOutcome): OutcomeRow {
    const { device } = open.requests[k] as SlotRequest;
    const handle = this.#handles[k] as number;
    const propensity = this.#meta.propensity[k] as number;
    const hasEpsilon = !Number.isNaN(this.#meta.epsilon);
    return {
      run: this.#options.run,
      policy: this.#choice.definition.name,
      seed: this.#options.seed,
      slot: this.#slot,
      k,
      device: device.id,
      wsn: device.wsn,
      binding: this.#settings.binding,
      explore: hasEpsilon ? this.#meta.explore[k] === 1 : null,
      eps: hasEpsilon ? this.#meta.epsilon : null,
      propensity: Number.isNaN(propensity) ? null : propensity,
      ok: outcome.ok,
      rttMs: outcome.rttMs,
      deviceRttMs: outcome.deviceRttMs,
      reward: this.#policy.reward?.(outcome.ok, outcome.rttMs ?? Number.NaN) ?? null,
      // A device that left during the slot has no value any more.
      qAfter:
        this.#handleOf.get(device.id) === handle ? (this.#policy.value?.(handle) ?? null) : null,
      energyMj: null,
      tVirtualMs: open.tVirtualMs,
      timestampMs: open.timestampMs,
      error: outcome.error,
    };
  }

  #create(choice: Required<PolicyChoice>, timeoutMs: number): Policy {
    // Every policy of a run draws from a stream of its own, the first one's as if it were alone.
    const stream = this.#policies++ === 0 ? [] : [String(this.#policies)];
    return createPolicy(choice.definition, choice.parameters, {
      rng: createRng(this.#options.seed, "policy", ...stream),
      timeoutMs,
    });
  }

  #groupOf(wsn: string): number {
    const group = this.#groups.get(wsn) ?? this.#groups.size;
    this.#groups.set(wsn, group);
    return group;
  }

  #join(device: SensedDevice): void {
    if (this.#handleOf.has(device.id)) return;
    const handle = this.#policy.join(this.#groupOf(device.wsn));
    this.#handleOf.set(device.id, handle);
    this.#deviceOf.set(handle, device);
  }

  #betweenSlots(change: () => void): void {
    if (this.#open) this.#untilNextSlot.push(change);
    else change();
  }

  #fault(fault: string, cause?: unknown): PolicyFaultError {
    const options = cause === undefined ? {} : { cause };
    return new PolicyFaultError(this.#choice.definition.name, fault, options);
  }

  #reserve(count: number): void {
    if (count <= this.#handles.length) return;
    this.#handles = new Int32Array(count * 2);
    this.#ok = new Uint8Array(count * 2);
    this.#rttMs = new Float64Array(count * 2);
    this.#meta = selectionMeta(count * 2);
  }
}

function complete({ definition, parameters = {} }: PolicyChoice): Required<PolicyChoice> {
  return { definition, parameters: policyParameters(definition, parameters) };
}
