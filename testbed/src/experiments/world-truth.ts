import type { Drift } from "./apply-scenario";
import type { ChannelDevice, ChannelProfile } from "./channel";
import { linkTruth, nothing } from "./link-truth";
import { filterIn, type Phase, scaleIn } from "./phases";
import type { World } from "./world";

/** `World.truth` of drawn devices: figures of a phase are worked out once, drifting ones per slot. */
export function createTruth(
  channel: ChannelProfile,
  devices: readonly ChannelDevice[],
  phases: readonly (readonly Phase[])[],
  drifts: readonly (Drift | null)[],
): World["truth"] {
  const cursors = new Int32Array(devices.length);
  const known: { phase: Phase; timeoutMs: number; p: number; meanMs: number }[] = [];
  return (slot, d, timeoutMs, out) => {
    const own = phases[d] as readonly Phase[];
    const at = seek(own, cursors[d] as number, slot);
    cursors[d] = at;
    const phase = own[at] as Phase;
    const before = known[d];
    if (before?.phase === phase && before.timeoutMs === timeoutMs) {
      out[0] = before.p;
      out[1] = before.meanMs;
      return;
    }
    const drift = drifts[d] ?? null;
    if (phase.isDead) nothing(timeoutMs, out);
    else
      linkTruth(channel, devices[d] as ChannelDevice, linkIn(slot, phase, drift), timeoutMs, out);
    if (!drift) known[d] = { phase, timeoutMs, p: out[0] as number, meanMs: out[1] as number };
  };
}

function linkIn(slot: number, { link }: Phase, drift: Drift | null) {
  if (!drift) return link;
  return {
    ...link,
    filter: filterIn(slot, link.filter, drift),
    rttScale: scaleIn(slot, link.rttScale, drift),
  };
}

/** Index of the phase that a slot is in, from the one found last: slots mostly go forward. */
function seek(phases: readonly Phase[], from: number, slot: number): number {
  let at = from;
  while (at > 0 && (phases[at] as Phase).fromSlot > slot) at--;
  while (at + 1 < phases.length && (phases[at + 1] as Phase).fromSlot <= slot) at++;
  return at;
}
