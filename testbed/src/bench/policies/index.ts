import { listPolicies, loadPolicy } from "@fogwot/mashups";
import { type BenchDefinition, type BenchFigure, figure } from "../bench";
import { type PolicyTime, type Size, timePolicy } from "./time-policy";

/** Slots after which ε of P1 to P3 is at its floor. */
const WARM_UP = 75;

const SIZES: readonly (Size & { readonly warmUp: number; readonly samples: number })[] = [
  { devices: 10, m: 3, warmUp: 20_000, samples: 200 },
  { devices: 1_000, m: 100, warmUp: 500, samples: 10 },
  { devices: 100_000, m: 10_000, warmUp: WARM_UP, samples: 15 },
  { devices: 1_000_000, m: 100_000, warmUp: WARM_UP, samples: 11 },
  { devices: 1_000_000, m: 10, warmUp: WARM_UP, samples: 11 },
];
const QUICK_SIZES: typeof SIZES = [
  { devices: 10, m: 3, warmUp: 500, samples: 5 },
  { devices: 1_000, m: 100, warmUp: 75, samples: 1 },
];

const MOST_US_OF_TEN = 1;
const MOST_NS: Readonly<Record<string, number>> = { P0: 20, P1: 20, P2: 20, P3: 20, P4: 50 };

/** What a slot of each policy costs, from ten devices to a million. */
export const bench: BenchDefinition = {
  title: "Policies: CPU time of select and observe per slot and device, 10 to 1,000,000 devices",
  async run({ quick }, output, signal) {
    const sizes = quick ? QUICK_SIZES : SIZES;
    const figures: BenchFigure[] = [];
    const summary: Record<string, Record<string, PolicyTime>> = {};
    try {
      for (const name of listPolicies()) {
        const times: Record<string, PolicyTime> = {};
        summary[name.toLowerCase()] = times;
        for (const size of sizes) {
          signal.throwIfAborted();
          output.progress(`${name}: ${size.m} of ${size.devices} devices`);
          // One slot of a million is some 30 ms: let a signal in between.
          await new Promise((resolve) => setImmediate(resolve));
          const time = timePolicy(loadPolicy(name), size, size);
          const isOther = String(size.devices) in times;
          times[isOther ? `${size.devices}, m ${size.m}` : String(size.devices)] = time;
          figures.push(figureOf(name, time));
        }
      }
      return { bench: "policies", figures, summary, details: { quick } };
    } finally {
      output.endProgress();
    }
  },
};

function figureOf(name: string, { devices, m, usPerSlot, nsPerDevice, ...rest }: PolicyTime) {
  const title = `${name}, ${m} of ${devices} devices`;
  const note = `${usPerSlot.toFixed(2)} µs per slot, ${rest.bytesPerDevice.toFixed(0)} B a device, join ${rest.joinMs.toFixed(0)} ms`;
  const most = MOST_NS[name];
  // A microsecond per slot of ten devices is a hundred nanoseconds a device.
  if (devices === 10 && most !== undefined) {
    const bar = { atMost: (MOST_US_OF_TEN * 1_000) / devices };
    return figure(title, nsPerDevice, "ns", bar, note);
  }
  const isHeld = devices === 1_000_000 && m === devices / 10 && most !== undefined;
  return figure(title, nsPerDevice, "ns", isHeld ? { atMost: most } : null, note);
}
