import type { Policy } from "../policies";
import type { SensedDevice } from "./slot";

/** Who is sensed, and under which handle the policy in force knows it. */
export class SlotDevices<D extends SensedDevice> {
  /** In order of joining. */
  readonly #handleOf = new Map<string, number>();
  readonly #groups = new Map<string, number>();
  #deviceOf: (D | undefined)[] = [];
  /** By handle: 1 while picks are looked through. */
  #seen = new Uint8Array(16);

  get size(): number {
    return this.#handleOf.size;
  }

  get all(): D[] {
    return [...this.#handleOf.values()].map((handle) => this.#deviceOf[handle] as D);
  }

  /** undefined for a handle that nobody has. */
  at(handle: number): D | undefined {
    return this.#deviceOf[handle];
  }

  handleOf(deviceId: string): number | undefined {
    return this.#handleOf.get(deviceId);
  }

  /** Joining twice changes nothing. */
  join(policy: Policy, device: D): void {
    if (this.#handleOf.has(device.id)) return;
    const handle = policy.join(this.#groupOf(device.wsn), device.facts);
    this.#handleOf.set(device.id, handle);
    this.#deviceOf[handle] = device;
    if (handle >= this.#seen.length) this.#seen = new Uint8Array(handle * 2 + 2);
  }

  leave(policy: Policy, deviceId: string): void {
    const handle = this.#handleOf.get(deviceId);
    if (handle === undefined) return;
    this.#handleOf.delete(deviceId);
    this.#deviceOf[handle] = undefined;
    policy.leave(handle);
  }

  /** Everybody joins another policy, in the order they joined in. */
  moveTo(policy: Policy): void {
    const devices = this.all;
    this.clear();
    for (const device of devices) this.join(policy, device);
  }

  /** Index is the handle; undefined where nobody has it. */
  get byHandle(): readonly (D | undefined)[] {
    return this.#deviceOf;
  }

  /**
   * Everybody joins another policy under the handle they had, so that what one policy knows of a
   * handle can be handed to the other. @returns false when the policy gives handles otherwise
   */
  moveWithHandles(policy: Policy, before: readonly (D | undefined)[] = this.#deviceOf): boolean {
    const bound = before.findLastIndex((device) => device !== undefined) + 1;
    this.clear();
    const gaps: number[] = [];
    let isSame = true;
    for (let handle = 0; handle < bound; handle++) {
      const device = before[handle];
      if (device) this.join(policy, device);
      else gaps.push(policy.join(0));
      isSame &&= device ? this.#deviceOf[handle] === device : gaps.at(-1) === handle;
    }
    for (const gap of gaps) policy.leave(gap);
    return isSame;
  }

  /** What is wrong with a policy's picks: all must be handles of devices, and none twice. */
  faultOf(handles: Int32Array, count: number): string | undefined {
    let fault: string | undefined;
    let checked = 0;
    for (; checked < count; checked++) {
      const handle = handles[checked] as number;
      const isKnown = this.#deviceOf[handle] !== undefined;
      if (!isKnown || this.#seen[handle] === 1) {
        fault = `handle ${handle} of pick ${checked} is ${isKnown ? "doubled" : "unknown"}`;
        break;
      }
      this.#seen[handle] = 1;
    }
    for (let k = 0; k < checked; k++) this.#seen[handles[k] as number] = 0;
    return fault;
  }

  /** Nobody is sensed until somebody joins. */
  clear(): void {
    this.#handleOf.clear();
    this.#deviceOf = [];
  }

  #groupOf(wsn: string): number {
    const group = this.#groups.get(wsn) ?? this.#groups.size;
    this.#groups.set(wsn, group);
    return group;
  }
}
