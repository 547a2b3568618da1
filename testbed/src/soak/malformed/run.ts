import { type BindingName, systemClock } from "@fogwot/core";
import type { FogNodeCounters } from "@fogwot/fog";
import { malformedCounts } from "../../site-run/counters";
import { siteProcesses } from "../site/children";
import { SiteConsumer } from "../site/consumer";
import type { LivingSite } from "../site/living-site";
import { GENEROUS_MS } from "../site/until";
import type { SoakCheck } from "../soak";
import { type MemoryFigures, MemorySeries, memoryCheck } from "../verdict/memory-series";
import { BoardFlood, StrangerFlood } from "./address-floods";
import { Bystander, type BystanderFigures } from "./bystander";
import { CoapFlood } from "./coap-flood";
import { DatagramFlood } from "./datagram-flood";
import type { Flood } from "./flood";
import type { HostileBoard } from "./hostile-board";
import { HttpFlood } from "./http-flood";
import { MqttFlood } from "./mqtt-flood";

export interface MalformedOptions {
  readonly site: LivingSite;
  /** Plays the network's last device. */
  readonly board: HostileBoard;
  /** Sound requests go to this one. */
  readonly bystander: string;
  /** The emulated board that is flooded itself; what its socket cannot hold is lost, as on any radio. */
  readonly flooded: string;
  /** Pieces per round: bad datagrams at the driver; of each other kind. */
  readonly perRound: { readonly datagrams: number; readonly others: number };
  /** Ends after a round for which this is false. */
  readonly goesOn: (rounds: number) => boolean;
  readonly seed: number;
  readonly onProgress: (text: string) => void;
}

export interface FloodFigures {
  readonly name: string;
  readonly sent: number;
  /**
   * By the receiver itself; as many as sent, or something got lost or got through. Null where it
   * does not tell.
   */
  readonly counted: number | null;
  readonly answers: Readonly<Record<string, number>>;
  readonly failures: number;
}

export interface MalformedFigures {
  readonly rounds: number;
  readonly floods: readonly FloodFigures[];
  readonly bystander: BystanderFigures;
  readonly memory: readonly MemoryFigures[];
  /** Processes that were restarted meanwhile. */
  readonly crashed: readonly string[];
}

const COUNT_LIMIT_MS = 5_000;
/** Processes whose memory is followed. */
const WATCHED = ["driver", "fog node", "server"];

/** Floods driver and fog node with bad input, in rounds, while a sound client keeps asking. */
export async function runMalformed(
  options: MalformedOptions,
): Promise<{ figures: MalformedFigures; checks: SoakCheck[] }> {
  const { site, goesOn, perRound, onProgress } = options;
  await using consumer = await SiteConsumer.open(site);
  const before = await processIds(site);
  const startCounts = await countsOf(site);
  const series = new Map(WATCHED.map((name) => [name, new MemorySeries(name)]));
  const bystander = new Bystander(consumer, options.bystander);
  const floods = openFloods(options, consumer, startCounts);
  let rounds = 0;
  bystander.start();
  try {
    do {
      for (const flood of floods) {
        bystander.phase = flood.name;
        await flood.send(flood.name === "datagrams" ? perRound.datagrams : perRound.others);
      }
      bystander.phase = "garbage collection";
      for (const [name, one] of series) await one.sample(before.get(name) ?? -1, site.memoryFolder);
      rounds++;
      onProgress(
        `round ${rounds}: ${floods.map(({ name, sent }) => `${sent} ${name}`).join(", ")}`,
      );
    } while (goesOn(rounds));
  } finally {
    await bystander.stop();
    for (const flood of floods) await flood[Symbol.asyncDispose]();
  }
  const counted = await countsWhen(site, startCounts, floods);
  const after = await processIds(site);
  const figures: MalformedFigures = {
    rounds,
    floods: floods.map((flood) => figuresOf(flood, counted)),
    bystander: await bystander.stop(),
    memory: [...series.values()].map((one) => one.figures),
    crashed: [...before].filter(([name, pid]) => after.get(name) !== pid).map(([name]) => name),
  };
  return { figures, checks: checksOf(figures) };
}

function openFloods(
  { site, board, flooded, seed }: MalformedOptions,
  consumer: SiteConsumer,
  before: Readonly<Record<string, number>>,
): Flood[] {
  const { server, emulated } = site.attached.info;
  const thing = consumer.things.find(({ kind }) => kind === "device");
  const base = (binding: BindingName): string => {
    const forms = thing?.td.actions?.getData?.forms ?? [];
    const href = forms.find((form) => form.href.startsWith(`${binding}:`))?.href ?? "";
    return href.replace("/actions/getData", "");
  };
  return [
    new DatagramFlood(site, board, seed),
    new StrangerFlood(board, async () => (await countsOf(site)).strangers ?? 0),
    new BoardFlood(emulated[flooded] ?? "", board, seed),
    new HttpFlood({ thing: base("http"), seed }),
    new CoapFlood({ thing: base("coap"), seed }),
    new MqttFlood({
      brokerUrl: server?.brokerUrl ?? "",
      thing: `fogwot/${site.attached.info.site}${new URL(base("http")).pathname}`,
      seed,
      digested: async (published) => {
        const deadlineMs = performance.now() + GENEROUS_MS;
        const wanted = (before.mqtt ?? 0) + published;
        while (((await countsOf(site)).mqtt ?? 0) < wanted && performance.now() < deadlineMs);
      },
    }),
  ];
}

/** What driver and bindings have counted as malformed, by flood. */
async function countsOf(site: LivingSite): Promise<Readonly<Record<string, number>>> {
  const { nodes } = await site.control<{ nodes: Record<string, FogNodeCounters> }>(
    "GET",
    "/counters",
  );
  const { wifi = 0, ...bindings } = malformedCounts(nodes);
  const strangers = Object.values(nodes)[0]?.drivers.wifi?.unknownSender ?? 0;
  return { ...bindings, datagrams: wifi, strangers };
}

/** The last pieces may still be on their way into the count. */
async function countsWhen(
  site: LivingSite,
  start: Readonly<Record<string, number>>,
  floods: readonly Flood[],
): Promise<Readonly<Record<string, number>>> {
  const deadlineMs = systemClock.monotonicMs() + COUNT_LIMIT_MS;
  for (;;) {
    const now = await countsOf(site);
    const since = floods
      .filter(({ isCounted }) => isCounted)
      .map(({ name }) => [name, (now[name] ?? 0) - (start[name] ?? 0)] as const);
    const isComplete = since.every(([name, count]) => count >= (sentOf(floods, name) ?? 0));
    if (isComplete || systemClock.monotonicMs() > deadlineMs) return Object.fromEntries(since);
    await systemClock.sleep(50);
  }
}

function sentOf(floods: readonly Flood[], name: string): number | undefined {
  return floods.find((flood) => flood.name === name)?.sent;
}

async function processIds(site: LivingSite): Promise<Map<string, number>> {
  const { server, nodes, drivers, boards } = await siteProcesses(site);
  return new Map([
    ["driver", drivers[0]?.pid ?? -1],
    ["fog node", nodes[0]?.pid ?? -1],
    ["server", server.pid ?? -1],
    ...boards.map(({ pid }, index) => [`board ${index + 1}`, pid] as const),
  ]);
}

function figuresOf(
  { name, sent, isCounted, answers, failures }: Flood,
  counted: Readonly<Record<string, number>>,
): FloodFigures {
  return { name, sent, counted: isCounted ? (counted[name] ?? 0) : null, answers, failures };
}

function checksOf({ floods, bystander, memory, crashed }: MalformedFigures): SoakCheck[] {
  const { answered, failed, slowestMs } = bystander;
  const isAnswered = Object.values(answered).every((count) => count > 0);
  return [
    ...floods.map(({ name, sent, counted }) => ({
      claim: `${name}: what was sent is refused and counted, each piece once`,
      holds: sent > 0 && (counted === null || sent === counted),
      found: `${sent} sent, ${counted ?? "not"} counted`,
    })),
    ...floods
      .filter(({ answers }) => Object.keys(answers).length > 0)
      .map(({ name, answers, failures }) => ({
        claim: `${name}: whatever is answered is refused`,
        holds: failures === 0,
        found: JSON.stringify(answers),
      })),
    {
      // A flood overflows the kernel's socket buffer at times, and a query lost there is a lost
      // packet like any other: told with a typed error, in time, and rare.
      claim:
        "of a hundred sound requests meanwhile 99 are answered, the others refused with a reason",
      holds: isAnswered && isRareAndTyped(answered, failed),
      found: `answered ${JSON.stringify(answered)}, failed ${JSON.stringify(failed)}, slowest ${slowestMs.toFixed(0)} ms`,
    },
    {
      claim: "no process ends",
      holds: crashed.length === 0,
      found: crashed.length === 0 ? "all the same as before" : `ended: ${crashed.join(", ")}`,
    },
    ...memory.map(memoryCheck),
  ];
}

/** Failures are keyed `<binding>: <code> during <flood>`; a fault without a type is no code. */
function isRareAndTyped(
  answered: Readonly<Record<string, number>>,
  failed: Readonly<Record<string, number>>,
): boolean {
  const count = (by: Readonly<Record<string, number>>): number =>
    Object.values(by).reduce((sum, one) => sum + one, 0);
  const areTyped = Object.keys(failed).every((key) => /: [A-Z_]+ during /.test(key));
  return areTyped && count(failed) * 99 <= count(answered);
}
