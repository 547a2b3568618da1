import { ConfigError, createRng, type Rng } from "@fogwot/core/base";
import type { ChannelChange, ChannelDevice, ChannelProfile, LinkFigures } from "./channel";
import type { RandomDevices, Range, Scenario, ScenarioChange } from "./scenario";

/** Sinusoids on top of a device's figures. */
export interface Drift {
  readonly filter: number;
  readonly filterPeriodSlots: number;
  readonly filterPhase: number;
  readonly rtt: number;
  readonly rttPeriodSlots: number;
  readonly rttPhase: number;
}

/** A change of a profile or of a scenario; outages come and go beside `dead`. */
export type WorldChange = ChannelChange & { readonly outage?: boolean };

/** A channel for one seed: whatever the scenario left to chance is drawn. */
export interface Weather {
  readonly devices: readonly ChannelDevice[];
  /** In order of slots. */
  readonly changes: readonly WorldChange[];
  readonly drifts: readonly (Drift | null)[];
}

/**
 * Brings a scenario on a channel. Every device draws from streams of its own, so that another
 * device, or another figure of the same one, changes nothing else.
 * @throws ConfigError when a change of the scenario concerns no device of the channel
 */
export function applyScenario(
  channel: ChannelProfile,
  scenario: Scenario | undefined,
  seed: number,
  slots: number,
): Weather {
  const random = scenario?.random;
  const devices = (random ? randomDevices(random, seed) : channel.devices).map((device) =>
    longerBursts(device, scenario?.burstFactor ?? 1),
  );
  const changes: WorldChange[] = [
    ...(random ? [] : channel.changes),
    ...(random?.redraw ? redraws(random, devices, seed, slots) : []),
    ...(scenario ? scenarioChanges(scenario, devices) : []),
    ...(scenario?.outages ? outages(scenario.outages, devices, seed, slots) : []),
  ];
  return {
    devices,
    changes: changes.sort((a, b) => a.slot - b.slot),
    drifts: devices.map(({ id }) => (scenario?.drift ? drift(scenario.drift, seed, id) : null)),
  };
}

function longerBursts(device: ChannelDevice, factor: number): ChannelDevice {
  const { ge } = device;
  if (!ge || factor === 1) return device;
  return { ...device, ge: { ...ge, pGB: ge.pGB / factor, pBG: ge.pBG / factor } };
}

function scenarioChanges(scenario: Scenario, devices: readonly ChannelDevice[]): WorldChange[] {
  return scenario.changes.flatMap((change, index) => {
    const { wsn, place, id, ...rest } = change;
    const concerned = concernedBy(change, devices);
    if (concerned.length === 0) {
      const got = place === undefined ? (wsn ?? id) : `${wsn}, place ${place}`;
      const there = [...new Set(devices.map((one) => (wsn === undefined ? one.id : one.wsn)))];
      const wanted = `something of the channel: ${there.slice(0, 10).join(", ")}`;
      const path = `/changes/${index}/${wsn === undefined ? "id" : "wsn"}`;
      throw new ConfigError(`scenario ${scenario.name}`, [{ path, got, wanted }]);
    }
    return concerned.map((device) => ({ ...rest, id: device.id }));
  });
}

function concernedBy({ id, wsn, place }: ScenarioChange, devices: readonly ChannelDevice[]) {
  if (id !== undefined) return devices.filter((device) => device.id === id);
  const network = devices.filter((device) => device.wsn === wsn);
  return place === undefined ? network : network.slice(place - 1, place);
}

function drift(settings: NonNullable<Scenario["drift"]>, seed: number, id: string): Drift {
  const rng = createRng(seed, "scenario", "drift", id);
  return {
    filter: settings.filter,
    filterPeriodSlots: between(rng, settings.periodSlots),
    filterPhase: 2 * Math.PI * rng.next(),
    rtt: settings.rtt,
    rttPeriodSlots: between(rng, settings.periodSlots),
    rttPhase: 2 * Math.PI * rng.next(),
  };
}

function outages(
  { upMeanSlots, downMeanSlots }: NonNullable<Scenario["outages"]>,
  devices: readonly ChannelDevice[],
  seed: number,
  slots: number,
): WorldChange[] {
  return devices.flatMap(({ id }) => {
    const rng = createRng(seed, "scenario", "outages", id);
    const changes: WorldChange[] = [];
    let isDown = rng.next() < downMeanSlots / (upMeanSlots + downMeanSlots);
    for (let slot = 1; slot <= slots; ) {
      changes.push({ slot, id, outage: isDown });
      slot += geometric(rng, isDown ? downMeanSlots : upMeanSlots);
      isDown = !isDown;
    }
    return changes;
  });
}

/** Slots until an end that comes with probability 1/mean in each: 1, 2, … */
function geometric(rng: Rng, mean: number): number {
  if (mean <= 1) return 1;
  return 1 + Math.floor(Math.log(1 - rng.next()) / Math.log(1 - 1 / mean));
}

function randomDevices(settings: RandomDevices, seed: number): ChannelDevice[] {
  return Array.from({ length: settings.devices }, (_, index) => ({
    id: `device-${index + 1}`,
    wsn: `network-${(index % settings.networks) + 1}`,
    ...randomLink(settings, createRng(seed, "scenario", "device", String(index + 1))),
    energyMj: null,
    batteryMj: null,
    position: null,
    outliers: null,
    samplesMs: null,
    traceMs: null,
  }));
}

function randomLink(settings: RandomDevices, rng: Rng): LinkFigures {
  return {
    baseMs: between(rng, settings.baseMs),
    medianMs: between(rng, settings.medianMs),
    sigma: between(rng, settings.sigma),
    ge: {
      pGB: between(rng, settings.pGB),
      pBG: between(rng, settings.pBG),
      lossG: between(rng, settings.lossG),
      lossB: between(rng, settings.lossB),
    },
    filter: between(rng, settings.filter),
    rttScale: 1,
  };
}

/** Every so many slots a share of the devices, drawn without one twice, gets new figures. */
function redraws(
  settings: RandomDevices,
  devices: readonly ChannelDevice[],
  seed: number,
  slots: number,
): WorldChange[] {
  const { share, everySlots } = settings.redraw ?? { share: 0, everySlots: slots };
  const rng = createRng(seed, "scenario", "redraw");
  const changes: WorldChange[] = [];
  for (let slot = everySlots + 1; slot <= slots; slot += everySlots) {
    const ids = devices.map((device) => device.id);
    const count = Math.round(share * ids.length);
    for (let i = 0; i < count; i++) {
      const [id] = ids.splice(rng.int(ids.length), 1);
      if (id !== undefined) changes.push({ slot, id, ...randomLink(settings, rng) });
    }
  }
  return changes;
}

function between(rng: Rng, [minimum, maximum]: Range): number {
  return minimum + (maximum - minimum) * rng.next();
}
