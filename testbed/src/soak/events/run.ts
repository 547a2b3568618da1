import * as path from "node:path";
import { BINDING_NAMES, type BindingName, type ServerCounters } from "@fogwot/core";
import type { Rig } from "../rig/rig";
import { GENEROUS_MS, until } from "../site/until";
import type { SoakCheck } from "../soak";
import type { SubscriberConfig, SubscriberOrder } from "./subscriber";
import type { EventFigures } from "./tally";

export interface EventsOptions {
  readonly rig: Rig;
  /** Events a binding, once at gaps of 1 ms and once in one burst. */
  readonly counts: Readonly<Record<Pattern, number>>;
  readonly onProgress?: (text: string) => void;
}

export interface DeliveryFigures extends EventFigures {
  readonly binding: BindingName;
  readonly pattern: Pattern;
  readonly sent: number;
  /** Notifications that the server says it left out. */
  readonly skipped: number;
}

type Pattern = "1 ms gaps" | "one burst";

const SUBSCRIBER = "subscriber";
const GAPS_MS: Readonly<Record<Pattern, number>> = { "1 ms gaps": 1, "one burst": 0 };
/** Of what CoAP must deliver at gaps: it sends one confirmable notification at a time. */
const COAP_SHARE = 0.99;
/** So long nothing more may come before what is missing counts as lost. */
const QUIET_MS = 3_000;

/** Emits numbered events over every binding; the subscriber is a process of its own. */
export async function runEvents({ rig, counts, onProgress }: EventsOptions): Promise<{
  readonly deliveries: readonly DeliveryFigures[];
  readonly checks: readonly SoakCheck[];
}> {
  const source = path.join(__dirname, `subscriber${path.extname(__filename)}`);
  await rig.start<SubscriberConfig, null>(SUBSCRIBER, source, { td: rig.td });
  const deliveries: DeliveryFigures[] = [];
  for (const binding of BINDING_NAMES) {
    for (const pattern of Object.keys(GAPS_MS) as Pattern[]) {
      const count = counts[pattern];
      onProgress?.(`${count} events over ${binding}, ${pattern}`);
      const run = deliveries.length + 1;
      deliveries.push(await deliver(rig, { binding, pattern, count, run }));
    }
  }
  return { deliveries, checks: [...deliveries.map(checkOf), crashCheck(rig)] };
}

interface Delivery {
  readonly binding: BindingName;
  readonly pattern: Pattern;
  readonly count: number;
  readonly run: number;
}

async function deliver(
  rig: Rig,
  { binding, pattern, count, run }: Delivery,
): Promise<DeliveryFigures> {
  const ask = (order: SubscriberOrder): Promise<EventFigures> =>
    rig.processes.ask(SUBSCRIBER, order, GENEROUS_MS);
  await ask({ order: "subscribe", binding, run });
  const before = skippedOf(await rig.order({ order: "counters" }));
  await rig.order({ order: "emit", run, count, gapMs: GAPS_MS[pattern] });
  const figures = await settled(() => ask({ order: "tally" }), count);
  const skipped = skippedOf(await rig.order({ order: "counters" })) - before;
  await ask({ order: "unsubscribe" });
  return { binding, pattern, sent: count, skipped, ...figures };
}

/** Waits for the last event, or until nothing has come for a while. */
function settled(tally: () => Promise<EventFigures>, count: number): Promise<EventFigures> {
  let received = -1;
  let sinceMs = performance.now();
  return until(
    "the last event",
    async () => {
      const figures = await tally();
      if (figures.received !== received) sinceMs = performance.now();
      received = figures.received;
      const isQuiet = performance.now() - sinceMs > QUIET_MS;
      return (figures.last >= count || isQuiet) && figures;
    },
    10 * GENEROUS_MS,
  );
}

function skippedOf({ coap }: ServerCounters): number {
  return coap?.skipped ?? 0;
}

function checkOf(delivery: DeliveryFigures): SoakCheck {
  const { binding, pattern, sent, received, last, skipped, outOfOrder, errors } = delivery;
  const isOrdered = outOfOrder === 0 && errors.length === 0;
  const found = [
    `${received} of ${sent} received, the last was ${last}`,
    ...(skipped > 0 ? [`${skipped} skipped by the server's count`] : []),
    `${outOfOrder} out of order`,
    ...errors,
  ].join(", ");
  const claim = (what: string): string => `${binding}, ${pattern}: ${what}, none out of order`;
  if (binding !== "coap") {
    return { claim: claim("every event"), holds: isOrdered && received === sent, found };
  }
  // What is not received was skipped, and the server knows how many: RFC 7641, section 4.5.
  const isAccounted = last === sent && received + skipped === sent;
  if (pattern === "one burst") {
    return {
      claim: claim("the last event, each skipped one counted"),
      holds: isOrdered && isAccounted,
      found,
    };
  }
  return {
    claim: claim(`${COAP_SHARE * 100} % of the events, the last one too`),
    holds: isOrdered && isAccounted && received >= COAP_SHARE * sent,
    found,
  };
}

export function crashCheck(rig: Rig): SoakCheck {
  const { crashed } = rig.processes;
  return {
    claim: "no process ends",
    holds: crashed.length === 0,
    found: crashed.length === 0 ? "all the same as before" : crashed.join(", "),
  };
}
