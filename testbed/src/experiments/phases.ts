import type { Drift, WorldChange } from "./apply-scenario";
import type { ChannelDevice, LinkFigures } from "./channel";

/** A stretch of slots in which a device's link keeps its figures. */
export interface Phase {
  /** 1-based; it lasts until the next phase begins. */
  readonly fromSlot: number;
  readonly link: LinkFigures;
  /** Nothing is delivered. */
  readonly isDead: boolean;
}

/** The phases of one device, at least one, the first from slot 1. */
export function phasesOf(device: ChannelDevice, changes: readonly WorldChange[]): Phase[] {
  const profile = linkOf(device);
  let link = profile;
  let isDead = false;
  let isOut = false;
  const phases: Phase[] = [{ fromSlot: 1, link, isDead }];
  for (const change of changes) {
    if (change.restore) {
      link = profile;
      isDead = false;
    }
    link = changed(link, change);
    isDead = change.dead ?? isDead;
    isOut = change.outage ?? isOut;
    const phase = { fromSlot: change.slot, link, isDead: isDead || isOut };
    if (phases.at(-1)?.fromSlot === change.slot) phases.pop();
    phases.push(phase);
  }
  return phases;
}

function linkOf({ baseMs, medianMs, sigma, ge, filter, rttScale }: ChannelDevice): LinkFigures {
  return { baseMs, medianMs, sigma, ge, filter, rttScale };
}

const NO_BURSTS = { pGB: 0, pBG: 1, lossG: 0, lossB: 0 };

function changed(link: LinkFigures, change: WorldChange): LinkFigures {
  const ge =
    change.ge === undefined ? link.ge : change.ge && { ...(link.ge ?? NO_BURSTS), ...change.ge };
  return {
    baseMs: change.baseMs ?? link.baseMs,
    medianMs: change.medianMs ?? link.medianMs,
    sigma: change.sigma ?? link.sigma,
    ge,
    filter: change.filter ?? link.filter,
    rttScale: change.rttScale ?? link.rttScale,
  };
}

/** The filter in a slot, with drift, 0…1. */
export function filterIn(slot: number, filter: number, drift: Drift | null): number {
  if (!drift) return filter;
  const wave = Math.sin((2 * Math.PI * slot) / drift.filterPeriodSlots + drift.filterPhase);
  return Math.min(1, Math.max(0, filter + drift.filter * wave));
}

/** Factor of the round trip in a slot, with drift. */
export function scaleIn(slot: number, rttScale: number, drift: Drift | null): number {
  if (!drift) return rttScale;
  const wave = Math.sin((2 * Math.PI * slot) / drift.rttPeriodSlots + drift.rttPhase);
  return rttScale * (1 + drift.rtt * wave);
}
