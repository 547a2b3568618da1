import { ConfigError, createRng } from "@fogwot/core/base";
import { applyScenario, type Drift, type WorldChange } from "./apply-scenario";
import { type ChannelDevice, type ChannelProfile, marginalLoss, shareOfBad } from "./channel";
import { filterIn, type Phase, phasesOf, scaleIn } from "./phases";
import { loadScenario, type Scenario } from "./scenario";
import type { MembershipChange, World } from "./world";
import { createTruth } from "./world-truth";

export interface WorldOptions {
  readonly channel: ChannelProfile;
  /** A name (A…G), the path of a file, or a scenario. Absent: what the channel says, no more. */
  readonly scenario?: string | Partial<Scenario>;
  readonly seed: number;
  readonly slots: number;
}

/** 2 GB of outcomes: a larger world is drawn in parts, or not at all. */
const MAX_OUTCOMES = 2 ** 28;

/**
 * Draws the channel of one seed, slot by slot and device by device, before any policy runs.
 *
 * Every (seed, device, purpose) has a random stream of its own and takes as much from it whatever
 * the figures are: a device that changes leaves the others, and its own other slots, as they were.
 * Round trips are to the microsecond.
 * @throws ConfigError when the scenario does not fit the channel, or for too large a world
 */
export function createWorld(options: WorldOptions): World {
  const { channel, seed, slots } = options;
  const scenario = options.scenario === undefined ? undefined : loadScenario(options.scenario);
  const { devices, changes, drifts } = applyScenario(channel, scenario, seed, slots);
  const size = devices.length;
  if (size * slots > MAX_OUTCOMES) {
    const wanted = `devices × slots ≤ ${MAX_OUTCOMES}`;
    throw new ConfigError("world", [{ path: "/slots", got: `${size} × ${slots}`, wanted }]);
  }
  const byDevice = groupById(changes);
  const phases = devices.map((device) => phasesOf(device, byDevice.get(device.id) ?? []));
  const outcomes = new Float64Array(size * slots);
  for (const [d, device] of devices.entries()) {
    const draw = { seed, slots, column: d, width: size, drift: drifts[d] ?? null };
    drawDevice(outcomes, channel, device, phases[d] as Phase[], draw);
  }
  return {
    seed,
    slots,
    devices: devices.map(({ id, wsn, energyMj, batteryMj, position }) => {
      return { id, wsn, energyMj, batteryMj, position };
    }),
    membership: membershipOf(devices, changes),
    rttMs: (slot, d) => outcomes[(slot - 1) * size + d] as number,
    truth: createTruth(channel, devices, phases, drifts),
  };
}

interface Draw {
  readonly seed: number;
  readonly slots: number;
  readonly column: number;
  readonly width: number;
  readonly drift: Drift | null;
}

function drawDevice(
  outcomes: Float64Array,
  { loss, rtt }: ChannelProfile,
  device: ChannelDevice,
  phases: readonly Phase[],
  { seed, slots, column, width, drift }: Draw,
): void {
  const stream = (purpose: string) => createRng(seed, "channel", device.id, purpose);
  const [burst, losses, filters, delays] = [
    stream("burst"),
    stream("loss"),
    stream("filter"),
    stream("rtt"),
  ];
  const { outliers, samplesMs, traceMs } = device;
  const outlying = outliers ? stream("outlier") : undefined;
  let isBad = false;
  for (const [index, { fromSlot, link, isDead }] of phases.entries()) {
    const until = Math.min(slots, (phases[index + 1]?.fromSlot ?? slots + 1) - 1);
    const ge = loss === "ge" ? link.ge : null;
    const iidLoss = loss === "iid" ? marginalLoss(link.ge) : 0;
    for (let slot = fromSlot; slot <= until; slot++) {
      const u = burst.next();
      if (ge) isBad = u < (slot === 1 ? shareOfBad(ge) : isBad ? 1 - ge.pBG : ge.pGB);
      const lossNow = ge ? (isBad ? ge.lossB : ge.lossG) : iidLoss;
      const isLost = losses.next() < lossNow;
      const isFiltered = filters.next() < filterIn(slot, link.filter, drift);
      const noise = rtt === "lognormal" ? delays.normal() : delays.next();
      const outlier = outlying?.next() ?? 1;
      const traced = traceMs ? traceMs[(slot - 1) % traceMs.length] : undefined;
      const isTraceLost = loss === "trace" && traced === null;
      let rttMs = Number.NaN;
      if (!(isLost || isFiltered || isDead || isTraceLost)) {
        if (outliers && outlier < outliers.p) {
          rttMs = outliers.minMs + (outliers.maxMs - outliers.minMs) * (outlier / outliers.p);
        } else if (rtt === "lognormal") {
          rttMs = link.baseMs + link.medianMs * Math.exp(link.sigma * noise);
        } else if (rtt === "trace") rttMs = traced as number;
        else rttMs = samplesMs?.[Math.floor(noise * samplesMs.length)] as number;
        rttMs = Math.round(rttMs * scaleIn(slot, link.rttScale, drift) * 1e3) / 1e3;
      }
      outcomes[(slot - 1) * width + column] = rttMs;
    }
  }
}

function groupById(changes: readonly WorldChange[]): Map<string, WorldChange[]> {
  const groups = new Map<string, WorldChange[]>();
  for (const change of changes) {
    const group = groups.get(change.id);
    if (group) group.push(change);
    else groups.set(change.id, [change]);
  }
  return groups;
}

/** Who joins and leaves, in order of slots; slot 1 tells who is not there at the start. */
function membershipOf(
  devices: readonly ChannelDevice[],
  changes: readonly WorldChange[],
): MembershipChange[] {
  const place = new Map(devices.map(({ id }, index) => [id, index]));
  const seen = new Set<string>();
  const membership: MembershipChange[] = [];
  for (const { slot, id, leave, join } of changes) {
    const device = place.get(id);
    if (device === undefined || !(leave || join)) continue;
    if (join && !seen.has(id)) membership.unshift({ slot: 1, device, isPresent: false });
    seen.add(id);
    membership.push({ slot, device, isPresent: join === true });
  }
  return membership;
}
