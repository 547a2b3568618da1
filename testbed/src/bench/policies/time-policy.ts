import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRng } from "@fogwot/core";
import { createPolicy, type Policy, type PolicyDefinition } from "@fogwot/mashups";

/** Devices and devices asked per slot. */
export interface Size {
  readonly devices: number;
  readonly m: number;
}

export interface PolicyTime extends Size {
  /** select and observe, CPU time, median. */
  readonly usPerSlot: number;
  readonly nsPerDevice: number;
  /** All devices together. */
  readonly joinMs: number;
  /** After the last slot, what the policy holds and what it works with. */
  readonly bytesPerDevice: number;
}

const TIMEOUT_MS = 500;
/** Slots shorter than this are timed by the batch, or the clock would be what is timed. */
const BATCH_BELOW_DEVICES = 10_000;
const BATCH_SLOTS = 100;
const LONGEST_WARM_UP_US = 5_000_000;
/** Links that differ: some 200 kinds, coprime to the groups. */
const KINDS = 211;

/** What each kind of device answers: reply or not by slot, and its round-trip time. */
class Links {
  readonly #ok = Uint8Array.from({ length: 4_096 }, (_, i) => {
    const draw = createRng(1, "bench", String(i)).next();
    return draw < 0.4 + 0.6 * ((i % KINDS) / KINDS) ? 1 : 0;
  });
  readonly #rttMs = Float64Array.from({ length: KINDS }, (_, kind) => 20 + ((kind * 89) % 130));

  answer(slot: number, handles: Int32Array, ok: Uint8Array, rttMs: Float64Array): void {
    for (let k = 0; k < handles.length; k++) {
      const handle = handles[k] as number;
      ok[k] = this.#ok[(handle * 31 + slot * 17) & 4_095] as number;
      rttMs[k] = (this.#rttMs[handle % KINDS] as number) + ((handle + slot * 7) & 15);
    }
  }

  truth(_slot: number, handle: number, out: Float64Array): void {
    out[0] = 0.4 + 0.6 * ((handle % KINDS) / KINDS);
    out[1] = 20 + ((handle * 89) % 130);
  }
}

/** Times one policy at one size. @param warmUp slots before, so that ε is at its floor */
export function timePolicy(
  definition: PolicyDefinition,
  { devices, m }: Size,
  { warmUp, samples }: { readonly warmUp: number; readonly samples: number },
): PolicyTime {
  const links = new Links();
  const before = heldBytes();
  const policy = createPolicy(
    definition,
    {},
    {
      rng: createRng(1, "policy"),
      timeoutMs: TIMEOUT_MS,
      truth: links.truth,
    },
  );
  const joinStart = cpuUs();
  for (let d = 0; d < devices; d++) policy.join(d % 8, factsOf(d));
  const joinMs = (cpuUs() - joinStart) / 1_000;
  const slots = new Slots(policy, links, m);
  slots.warmUp(warmUp);
  const times = Array.from({ length: samples }, () =>
    devices < BATCH_BELOW_DEVICES ? slots.timeBatch(BATCH_SLOTS) : slots.timeOne(),
  );
  const usPerSlot = median(times);
  return {
    devices,
    m,
    usPerSlot,
    nsPerDevice: (usPerSlot * 1_000) / devices,
    joinMs,
    bytesPerDevice: Math.max(0, heldBytes() - before - slots.bytes) / devices,
  };
}

class Slots {
  readonly #policy: Policy;
  readonly #links: Links;
  readonly #out: Int32Array;
  readonly #ok: Uint8Array;
  readonly #rttMs: Float64Array;
  #slot = 0;

  constructor(policy: Policy, links: Links, m: number) {
    this.#policy = policy;
    this.#links = links;
    this.#out = new Int32Array(m);
    this.#ok = new Uint8Array(m);
    this.#rttMs = new Float64Array(m);
  }

  get bytes(): number {
    return this.#out.byteLength + this.#ok.byteLength + this.#rttMs.byteLength;
  }

  play(count: number): void {
    const [out, ok, rttMs] = [this.#out, this.#ok, this.#rttMs];
    for (let i = 0; i < count; i++) {
      this.#policy.select(++this.#slot, out.length, out);
      this.#links.answer(this.#slot, out, ok, rttMs);
      this.#policy.observe(out, ok, rttMs, out.length);
    }
  }

  /** Ends early for a policy so slow that its figure needs no precision. */
  warmUp(count: number): void {
    const end = cpuUs() + LONGEST_WARM_UP_US;
    for (let i = 0; i < count && cpuUs() < end; i++) this.play(1);
  }

  /** Mean of some slots, the answers (a few ns a device asked) included. */
  timeBatch(count: number): number {
    const start = cpuUs();
    this.play(count);
    return (cpuUs() - start) / count;
  }

  /** One slot without the answers, which take as long as the policy where memory is far. */
  timeOne(): number {
    const [out, ok, rttMs] = [this.#out, this.#ok, this.#rttMs];
    const start = cpuUs();
    this.#policy.select(++this.#slot, out.length, out);
    const chosen = cpuUs();
    this.#links.answer(this.#slot, out, ok, rttMs);
    const answered = cpuUs();
    this.#policy.observe(out, ok, rttMs, out.length);
    return cpuUs() - answered + chosen - start;
  }
}

/** CPU time: other programs on the machine take none of it. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function factsOf(d: number): { energyMj: number; batteryMj: number; position: Point } {
  const position = { x: ((d * 7919) % 10_007) / 10_007, y: ((d * 104_729) % 10_009) / 10_009 };
  return { energyMj: 8 + (d % 17), batteryMj: 40_000, position };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] as number;
}

let collect: (() => void) | undefined;

/** Bytes in use once garbage is gone. */
function heldBytes(): number {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
