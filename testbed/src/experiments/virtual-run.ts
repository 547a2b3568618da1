import {
  type DeviceFacts,
  type PolicyDefinition,
  PolicyFaultError,
  type SensedDevice,
  SlotLoop,
  type SlotPicks,
} from "@fogwot/mashups/base";
import type { RunLog } from "./run-log";
import { RunRecorder } from "./run-recorder";
import type { PolicySegment, VirtualRunOptions } from "./virtual";
import type { World, WorldDevice } from "./world";

/** So many slots in a row without a reply are told: under the paper's filter 3 in 9 are the most. */
const SILENT_SLOTS = 50;

interface Plan extends Omit<VirtualRunOptions, "segments"> {
  readonly slots: number;
  readonly segments: readonly (PolicySegment & { readonly definition: PolicyDefinition })[];
}

/** A device of the world as the slot loop knows it. */
interface VirtualDevice extends SensedDevice {
  /** Index in the world. */
  readonly index: number;
  facts?: DeviceFacts;
}

/** The slot loop's synchronous shell: the world answers, and the clock is the slot's number. */
export class VirtualRun {
  readonly #plan: Plan;
  readonly #world: World;
  readonly #loop: SlotLoop<VirtualDevice>;
  readonly #devices: readonly VirtualDevice[];
  readonly #recorder: RunRecorder;
  readonly #hasBatteries: boolean;
  readonly #asked: Int32Array;
  #nextSegment = 1;
  #nextMembership = 0;
  #isShort = false;
  #silentSlots = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#world = plan.world;
    const { devices } = plan.world;
    this.#devices = devices.map(virtualDevice);
    this.#hasBatteries = devices.some((device) => device.batteryMj !== null);
    this.#asked = new Int32Array(plan.m);
    this.#recorder = new RunRecorder(devices, plan.slots * plan.m);
    const [first] = plan.segments;
    const { world, timeoutMs } = plan;
    this.#loop = new SlotLoop<VirtualDevice>({
      run: plan.run,
      seed: plan.seed,
      definition: first?.definition as PolicyDefinition,
      parameters: first?.parameters ?? {},
      m: plan.m,
      timeoutMs,
      binding: "virtual",
      truth: (slot, device, out) => world.truth(slot, device.index, timeoutMs, out),
    });
    const absent = new Set(
      world.membership
        ?.filter(({ slot, isPresent }) => slot === 1 && !isPresent)
        .map(({ device }) => device),
    );
    for (const device of this.#devices) if (!absent.has(device.index)) this.#loop.join(device);
  }

  play(): RunLog {
    const { slots, segments, label, run, seed, m, timeoutMs, intervalMs = 1_000 } = this.#plan;
    let played = 0;
    while (played < slots && this.#playSlot(played + 1)) played = this.#loop.slot;
    this.#endSilence(played + 1);
    const policy = label ?? segments[0]?.definition.name ?? "";
    const header = { run, policy, seed, m, timeoutMs, intervalMs, binding: "virtual" };
    return this.#recorder.log(header, this.#loop.slot);
  }

  /** @returns false when the policy failed, and the run is over */
  #playSlot(slot: number): boolean {
    if (!this.#change(slot)) return false;
    let picks: SlotPicks;
    try {
      picks = this.#loop.open();
    } catch (error) {
      return this.#failed(slot, error);
    }
    this.#noteShortage(slot, picks.count);
    this.#answer(slot, picks);
    const fault = this.#loop.settle();
    this.#recorder.add(slot, picks, this.#asked);
    if (this.#hasBatteries) this.#drain(slot, picks.count);
    return fault === undefined || this.#failed(slot, fault);
  }

  #answer(slot: number, picks: SlotPicks): void {
    const { timeoutMs } = this.#plan;
    const { handles, ok, rttMs, count } = picks;
    let replies = 0;
    for (let k = 0; k < count; k++) {
      const { index } = this.#loop.deviceOf(handles[k] as number) as VirtualDevice;
      this.#asked[k] = index;
      const worldMs = this.#world.rttMs(slot, index);
      // A late reply is a loss, never a round-trip time; NaN is not in time either.
      const isInTime = worldMs <= timeoutMs;
      ok[k] = isInTime ? 1 : 0;
      rttMs[k] = isInTime ? worldMs : Number.NaN;
      if (isInTime) replies++;
    }
    if (replies > 0) this.#endSilence(slot);
    else if (count > 0) this.#silentSlots++;
  }

  /** What happens before a slot. @returns false when the next segment's policy failed to join */
  #change(slot: number): boolean {
    const { membership = [] } = this.#world;
    for (; (membership[this.#nextMembership]?.slot ?? Infinity) <= slot; this.#nextMembership++) {
      const change = membership[this.#nextMembership];
      const device = this.#devices[change?.device ?? -1];
      if (!device || !change) continue;
      if (change.isPresent) this.#loop.join(device);
      else this.#loop.leave(device.id);
      const kind = change.isPresent ? "device-joined" : "device-left";
      this.#recorder.tell(slot, kind, { device: device.id });
    }
    const segment = this.#plan.segments[this.#nextSegment];
    if (segment?.fromSlot !== slot) return true;
    this.#nextSegment++;
    const { definition, parameters = {}, carry = "none" } = segment;
    try {
      this.#loop.replacePolicy({ definition, parameters }, this.#plan.timeoutMs, carry);
    } catch (error) {
      return this.#failed(slot, error);
    }
    const { hasAdopted } = this.#loop;
    this.#recorder.tell(slot, "policy-switched", { policy: definition.name, carry, hasAdopted });
    return true;
  }

  #failed(slot: number, error: unknown): false {
    if (!(error instanceof PolicyFaultError)) throw error;
    const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
    const { name } = this.#loop.policy;
    this.#recorder.tell(slot, "policy-fault", { policy: name, fault: error.message, ...cause });
    return false;
  }

  #noteShortage(slot: number, count: number): void {
    const { m } = this.#plan;
    const isShort = count < m;
    if (isShort && !this.#isShort) {
      this.#recorder.tell(slot, "coverage-violation", { wanted: m, devices: count });
    }
    this.#isShort = isShort;
  }

  #endSilence(slot: number): void {
    const slots = this.#silentSlots;
    this.#silentSlots = 0;
    if (slots < SILENT_SLOTS) return;
    this.#recorder.tell(slot, "no-replies", { fromSlot: slot - slots, slots });
  }

  /** Energy of the slot's requests; a device that cannot pay for another leaves. */
  #drain(slot: number, count: number): void {
    for (let k = 0; k < count; k++) {
      const index = this.#asked[k] as number;
      const device = this.#devices[index] as VirtualDevice;
      const { energyMj, batteryMj } = this.#world.devices[index] as WorldDevice;
      if (batteryMj === null || energyMj === null) continue;
      const left = (device.facts?.batteryMj ?? batteryMj) - energyMj;
      device.facts = { ...device.facts, batteryMj: left };
      this.#loop.refresh(device);
      if (left >= energyMj) continue;
      this.#loop.leave(device.id);
      this.#recorder.tell(slot, "battery-empty", { device: device.id });
    }
  }
}

function virtualDevice(device: WorldDevice, index: number): VirtualDevice {
  const { id, wsn, energyMj, batteryMj, position } = device;
  const facts = {
    ...(energyMj === null ? {} : { energyMj }),
    ...(batteryMj === null ? {} : { batteryMj }),
    ...(position === null ? {} : { position }),
  };
  return { id, wsn, index, ...(Object.keys(facts).length > 0 && { facts }) };
}
