import { type Policy, PolicyFaultError } from "../policies";
import { completeChoice, PolicyMaker } from "./policy-maker";
import type {
  Carry,
  NamedPolicy,
  PolicyChoice,
  SensedDevice,
  SharedModel,
  SlotLoopOptions,
  SlotOutcome,
  SlotRequest,
  SlotResult,
  SlotSettings,
  SlotTime,
} from "./slot";
import { SlotDevices } from "./slot-devices";
import { SlotPicks } from "./slot-picks";
import { rowOf } from "./slot-row";

/**
 * The time-slot loop of the paper as a state machine without I/O. `begin` says whom to ask, `end`
 * takes what came back; `open` and `settle` are the same by index, without an object per request.
 * A synchronous shell drives it in virtual time, `Sensing` over the Scripting API; both run the
 * same policies. Whatever changes while a slot is open holds from the next on.
 */
export class SlotLoop<D extends SensedDevice = SensedDevice> {
  readonly #options: SlotLoopOptions<D>;
  readonly #devices = new SlotDevices<D>();
  readonly #picks = new SlotPicks();
  readonly #maker: PolicyMaker;
  readonly #untilNextSlot: (() => void)[] = [];
  /** Of the policy that is in force. */
  #choice: Required<PolicyChoice>;
  /** Of the policy that is in force or will be in the next slot. */
  #latest: Required<PolicyChoice>;
  #policy: Policy;
  #settings: SlotSettings;
  #latestSettings: SlotSettings;
  #slot = 0;
  #isOpen = false;
  #time: SlotTime = { tVirtualMs: 0, timestampMs: 0 };
  #hasAdopted = false;

  /** @throws ConfigError when the parameters do not fit the policy's schema */
  constructor(options: SlotLoopOptions<D>) {
    this.#options = options;
    const { m, timeoutMs, binding } = options;
    this.#settings = { m, timeoutMs, binding };
    this.#latestSettings = this.#settings;
    this.#choice = completeChoice(options);
    this.#latest = this.#choice;
    const { seed, policiesBefore = 0, truth } = options;
    this.#maker = new PolicyMaker({
      seed,
      policiesBefore,
      truth: truth && ((slot, handle, out) => truth(slot, this.#devices.at(handle) as D, out)),
    });
    this.#policy = this.#maker.next(this.#choice, timeoutMs);
  }

  /** Slots begun so far. */
  get slot(): number {
    return this.#slot;
  }

  /** As of the next slot. */
  get settings(): SlotSettings {
    return this.#latestSettings;
  }

  get policy(): NamedPolicy {
    return { name: this.#latest.definition.name, parameters: this.#latest.parameters };
  }

  /** Whether the policy in force started from the link model of the one before. */
  get hasAdopted(): boolean {
    return this.#hasAdopted;
  }

  get devices(): readonly D[] {
    return this.#devices.all;
  }

  /** Whose handle it is in the slot that is open. */
  deviceOf(handle: number): D | undefined {
    return this.#devices.at(handle);
  }

  /** A device that joins is sensed from the next slot on. Joining twice changes nothing. */
  join(device: D): void {
    this.#betweenSlots(() => this.#devices.join(this.#policy, device));
  }

  leave(deviceId: string): void {
    this.#betweenSlots(() => this.#devices.leave(this.#policy, deviceId));
  }

  /** Tells the policy the device's facts anew: a battery that drained. */
  refresh(device: D): void {
    this.#betweenSlots(() => {
      const handle = this.#devices.handleOf(device.id);
      if (handle !== undefined && device.facts) this.#policy.update?.(handle, device.facts);
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
   * Replaces the policy between two slots.
   * @param timeoutMs t_timeout that goes with it: what a loss costs under P3
   * @param carry `none`: it starts from nothing, as in the paper, whose replacement was another
   *   process; `model`: from the link model of the policy before, where both keep one of that kind
   * @throws ConfigError when the parameters do not fit; the running policy stays
   */
  replacePolicy(
    choice: PolicyChoice,
    timeoutMs = this.#latestSettings.timeoutMs,
    carry: Carry = "none",
  ): void {
    const next = completeChoice(choice);
    const policy = this.#maker.next(next, timeoutMs);
    this.#latest = next;
    this.#betweenSlots(() => {
      const shared = carry === "model" ? this.linkModel() : undefined;
      this.#policy = policy;
      this.#choice = next;
      this.enter(this.devices, shared);
    });
  }

  /**
   * Changes parameters or t_timeout of the policy in force, which keeps what it has learnt.
   * @param parameters what is not named stays
   * @throws ConfigError, PolicyStateError; everything stays as it was
   */
  tune(parameters: Readonly<Record<string, unknown>>, timeoutMs?: number): void {
    const { definition, parameters: before } = this.#latest;
    const choice = completeChoice({ definition, parameters: { ...before, ...parameters } });
    const tuned = () => {
      const policy = this.#maker.empty(choice, timeoutMs ?? this.#latestSettings.timeoutMs);
      this.#devices.moveWithHandles(policy);
      policy.restore(this.#policy.snapshot());
      return policy;
    };
    if (this.#isOpen) tuned();
    this.#latest = choice;
    if (timeoutMs !== undefined) this.configure({ timeoutMs });
    this.#betweenSlots(() => {
      this.#policy = tuned();
      this.#choice = choice;
    });
  }

  /** What the policy in force has learnt of the links; undefined when it keeps no such model. */
  linkModel(): SharedModel<D> | undefined {
    const model = this.#policy.linkModel?.();
    return model === undefined ? undefined : { model, devices: this.#devices.byHandle };
  }

  /**
   * Takes over from another policy, between two slots.
   * @param devices who is sensed
   * @param shared to start from, under the handles that it is about
   */
  enter(devices: readonly D[], shared?: SharedModel<D>): void {
    this.#devices.clear();
    const isSame = shared && this.#devices.moveWithHandles(this.#policy, shared.devices);
    for (const device of devices) this.#devices.join(this.#policy, device);
    this.#hasAdopted = isSame === true && this.#policy.adopt?.(shared.model) === true;
  }

  /** Goes on where another loop of the run has come to. @param slot the last that was begun */
  resumeAt(slot: number): void {
    this.#slot = slot;
  }

  /**
   * Begins the next slot. With fewer devices than M all are asked; without any the slot is empty.
   * @returns whom to ask; the shell fills `ok` and `rttMs` and then calls `settle`
   * @throws PolicyFaultError when the policy throws or chooses what it may not; no slot is counted
   */
  open(): SlotPicks {
    const count = Math.min(this.#settings.m, this.#devices.size);
    this.#picks.reserve(count);
    const chosen = count === 0 ? 0 : this.#select(count);
    if (chosen !== count) throw this.#fault(`chose ${chosen} devices, wanted ${count}`);
    const wrong = this.#devices.faultOf(this.#picks.handles, count);
    if (wrong !== undefined) throw this.#fault(wrong);
    this.#picks.count = count;
    this.#slot++;
    this.#isOpen = true;
    return this.#picks;
  }

  /**
   * Ends the slot: the policy learns from all outcomes at once, since the requests were concurrent.
   * Afterwards `reward` and `value` of the picks are filled.
   * @returns what was wrong if the policy could not learn; the slot is ended all the same
   */
  settle(): PolicyFaultError | undefined {
    const fault = this.#learn();
    this.#close();
    return fault;
  }

  /** As `open`, request by request. @throws PolicyFaultError */
  begin(time: SlotTime): readonly SlotRequest[] {
    const { count, handles } = this.open();
    this.#time = time;
    return Array.from({ length: count }, (_, k) => ({
      k,
      device: this.#devices.at(handles[k] as number) as D,
    }));
  }

  /**
   * As `settle`, outcome by outcome.
   * @param outcomes one per request of `begin`, in its order
   */
  end(outcomes: readonly SlotOutcome[]): SlotResult {
    const picks = this.#picks;
    const count = this.#isOpen ? picks.count : 0;
    if (!this.#isOpen || outcomes.length !== count) {
      throw this.#fault(`${outcomes.length} outcomes for ${count} requests`);
    }
    for (const [k, outcome] of outcomes.entries()) {
      picks.ok[k] = outcome.ok ? 1 : 0;
      picks.rttMs[k] = outcome.rttMs ?? Number.NaN;
    }
    const fault = this.#learn();
    const { run, seed } = this.#options;
    const { binding } = this.#settings;
    const policy = this.#choice.definition.name;
    const context = { run, policy, seed, slot: this.#slot, binding, ...this.#time };
    const rows = outcomes.map((outcome, k) =>
      rowOf(context, picks, k, this.#devices.at(picks.handles[k] as number) as D, outcome),
    );
    this.#close();
    return { rows, fault };
  }

  #select(count: number): number {
    this.#picks.meta.propensity.fill(Number.NaN, 0, count);
    this.#picks.meta.epsilon = Number.NaN;
    // A pick that is left out must not be one of the slot before.
    this.#picks.handles.fill(-1, 0, count);
    try {
      const { handles, meta } = this.#picks;
      return this.#policy.select(this.#slot + 1, count, handles, meta);
    } catch (cause) {
      throw this.#fault("select threw", cause);
    }
  }

  #learn(): PolicyFaultError | undefined {
    const { count, handles, ok, rttMs, reward, value } = this.#picks;
    const policy = this.#policy;
    reward.fill(Number.NaN, 0, count);
    value.fill(Number.NaN, 0, count);
    try {
      policy.observe(handles, ok, rttMs, count);
      for (let k = 0; k < count; k++) {
        if (policy.reward) {
          const given = policy.reward(ok[k] === 1, rttMs[k] as number);
          if (given !== null) reward[k] = this.#number(given, "reward", k);
        }
        if (policy.value) value[k] = this.#number(policy.value(handles[k] as number), "value", k);
      }
      return undefined;
    } catch (cause) {
      return cause instanceof PolicyFaultError ? cause : this.#fault("observe threw", cause);
    }
  }

  #number(given: number, what: string, k: number): number {
    if (typeof given === "number" && !Number.isNaN(given)) return given;
    throw this.#fault(`${what} of pick ${k} is ${given}, wanted a number`);
  }

  #close(): void {
    this.#isOpen = false;
    while (this.#untilNextSlot.length > 0) this.#untilNextSlot.shift()?.();
  }

  #betweenSlots(change: () => void): void {
    if (this.#isOpen) this.#untilNextSlot.push(change);
    else change();
  }

  #fault(fault: string, cause?: unknown): PolicyFaultError {
    return new PolicyFaultError(this.#choice.definition.name, fault, { cause });
  }
}
