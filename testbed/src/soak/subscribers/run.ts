import * as path from "node:path";
import { crashCheck } from "../events/run";
import type { BystanderFigures } from "../rig/bystander";
import { type Rig, THING } from "../rig/rig";
import { GENEROUS_MS, until } from "../site/until";
import type { SoakCheck } from "../soak";
import { MemorySeries } from "../verdict/memory-series";
import type { CrowdFigures, CrowdOrder } from "./crowd";

export interface SubscribersOptions {
  readonly rig: Rig;
  /** How many want in. */
  readonly count: number;
  /** How many the rig was told to let in; undefined: what the servers do by themselves. */
  readonly limit: number | undefined;
  readonly onProgress?: (text: string) => void;
}

export interface CrowdReport extends CrowdFigures {
  readonly protocol: Protocol;
  readonly wanted: number;
  readonly limit: number;
  /** What one subscriber costs the Servient, bytes: objects and buffers in use, and resident memory. */
  readonly liveBytesEach: number;
  readonly residentBytesEach: number;
}

type Protocol = "http" | "coap";

/** Of the servers, where nobody says otherwise. */
const DEFAULT_LIMITS: Readonly<Record<Protocol, number>> = { http: 1_024, coap: 1_000 };
/** What both protocols call it. */
const REFUSALS: Readonly<Record<Protocol, RegExp>> = {
  http: /^503 [A-Z_]+$/,
  coap: /^5\.03 [A-Z_]+$/,
};
const CROWDED = "crowded";
const OPEN_LIMIT_MS = 10 * 60_000;
const MEGABYTE = 1024 * 1024;

/** Idle subscribers in thousands over event streams and CoAP observe, while a sound client reads. */
export async function runSubscribers(options: SubscribersOptions): Promise<{
  readonly crowds: readonly CrowdReport[];
  readonly checks: readonly SoakCheck[];
}> {
  const { rig } = options;
  await rig.bystander({ order: "phase", name: CROWDED });
  const crowds = [await gather(rig, "http", options), await gather(rig, "coap", options)];
  const sound = await rig.bystander({ order: "figures" });
  return {
    crowds,
    checks: [...crowds.flatMap(checksOf), soundCheck(sound, options), crashCheck(rig)],
  };
}

async function gather(
  rig: Rig,
  protocol: Protocol,
  { count, limit = DEFAULT_LIMITS[protocol], onProgress }: SubscribersOptions,
): Promise<CrowdReport> {
  const name = `${protocol} crowd`;
  const source = path.join(__dirname, `crowd${path.extname(__filename)}`);
  await rig.start<null, null>(name, source, null);
  const tell = (order: CrowdOrder): Promise<CrowdFigures> =>
    rig.processes.ask(name, order, OPEN_LIMIT_MS);
  await until("nobody being left of those before", async () => {
    const { http, coap } = await rig.order({ order: "counters" });
    return http?.subscribers === 0 && coap?.subscribers === 0;
  });
  const before = await memoryOf(rig);
  onProgress?.(`${count} subscribers over ${protocol}, limit ${limit}`);
  const opened = await tell({ order: "open", url: eventUrl(rig.td, protocol), count });
  const after = await memoryOf(rig);
  await rig.order({ order: "emit", run: 0, count: 1, gapMs: 0 });
  const heard = await until(
    "every subscriber having heard of an event",
    async () => {
      const figures = await tell({ order: "figures" });
      return figures.heard >= figures.held && figures.heard;
    },
    4 * GENEROUS_MS,
  );
  await tell({ order: "close" });
  await rig.processes.stopChild(name);
  const each = (key: "live" | "resident"): number =>
    Math.round(((after[key] - before[key]) * MEGABYTE) / Math.max(1, opened.held));
  return {
    ...opened,
    ...{ protocol, wanted: count, limit, heard },
    liveBytesEach: each("live"),
    residentBytesEach: each("resident"),
  };
}

async function memoryOf(rig: Rig): Promise<{ live: number; resident: number }> {
  const series = new MemorySeries(THING);
  await rig.sample(series, THING);
  const { live, resident } = series.figures;
  return { live: live.endMb, resident: resident.endMb };
}

/** An event stream that an EventSource would open, or what is observed over CoAP. */
function eventUrl(td: object, protocol: Protocol): string {
  const { tick } = (td as { events: { tick: { forms: { href: string; subprotocol?: string }[] } } })
    .events;
  const form = tick.forms.find(
    ({ href, subprotocol }) => href.startsWith(`${protocol}:`) && subprotocol !== "longpoll",
  );
  return form?.href ?? "";
}

function checksOf(crowd: CrowdReport): SoakCheck[] {
  const { protocol, wanted, limit, held, refused, heard, liveBytesEach, residentBytesEach } = crowd;
  const expected = Math.min(wanted, limit);
  const reasons = Object.entries(refused);
  const refusals = reasons.reduce((sum, [, times]) => sum + times, 0);
  const areClear = reasons.every(([reason]) => REFUSALS[protocol].test(reason));
  return [
    {
      claim: `${protocol}: of ${wanted} subscribers ${expected} are let in, the others refused with a reason`,
      holds: held === expected && refusals === wanted - expected && areClear,
      found: `${held} let in, refused ${JSON.stringify(refused)}; each costs ${(liveBytesEach / 1024).toFixed(1)} KiB in use, ${(residentBytesEach / 1024).toFixed(1)} KiB resident`,
    },
    {
      claim: `${protocol}: each of them hears of an event`,
      holds: heard === held,
      found: `${heard} of ${held}`,
    },
  ];
}

function soundCheck(figures: BystanderFigures, { count }: SubscribersOptions): SoakCheck {
  const all = Object.entries(figures).map(
    ([binding, phases]) => [binding, phases[CROWDED]] as const,
  );
  return {
    claim: `with ${count} subscribers, every sound request is answered`,
    holds: all.every(([, one]) => one && one.answered > 0 && Object.keys(one.failed).length === 0),
    found: JSON.stringify(Object.fromEntries(all)),
  };
}
