import { rowPlot } from "../../report/bars";
import { curvesPlot } from "../../report/curves";
import { page, type Section, table } from "../../report/page";
import { countedNote, seriesOf } from "../series";
import type { Variant } from "../variant";
import type { TrafficCounter } from "../wire/traffic";
import { WOTPY_COLUMNS } from "./formats";
import { VERBS, type Verb } from "./outcome";
import type { WotpySummary } from "./summary";

/** What the page says about the run it shows. */
export interface WotpyFacts {
  readonly site: string;
  readonly batches: number;
  readonly parallel: number;
  readonly perSecond: number;
  readonly events: number;
  readonly lambd: number;
  readonly timeoutMs: number;
  readonly variants: readonly Variant[];
  /** "lossy-10 (10 % lost each way)"; null: loopback. */
  readonly network: string | null;
  readonly seed: number;
  readonly counted: TrafficCounter["how"];
  readonly startedAt: string;
}

const TITLES: Readonly<Record<Verb, string>> = {
  invokeaction: "measureRoundTrip (invokeaction)",
  readproperty: "currentTime (readproperty)",
  subscribeevent: "burstEvent (subscribeevent)",
};

const LATENCIES: Readonly<Record<Verb, string>> = {
  invokeaction:
    "Latency: (timeResponse - timeRequest) - (timeReturn - timeArrival), both stacks and the network without the Thing's own time.",
  readproperty: "Latency: from the request to the value, requests at a fixed rate.",
  subscribeevent:
    "Latency: from timeEmission to arrival, by the clock that both processes of one machine share.",
};

/** The benchmark as one self-contained page with plots. */
export function wotpyReport(facts: WotpyFacts, summaries: readonly WotpySummary[]): string {
  const series = seriesOf(facts.variants);
  const shown = summaries.map((one) => ({ ...one, ...series(one.row.variant) }));
  const verbs = VERBS.filter((verb) => shown.some(({ row }) => row.verb === verb));
  const of = (verb: Verb) => shown.filter(({ row }) => row.verb === verb);
  return page(`${facts.site}: WOTPY benchmark`, leadOf(facts), [
    ...verbs.map((verb) => latencySection(verb, of(verb))),
    {
      title: "Success ratio",
      note: "Received over sent or emitted, within the time-out; line: 95 % confidence (Wilson). Loss is the rest.",
      body: rowPlot({
        title: "Success ratio",
        unit: "share",
        maximum: 1,
        rows: shown.map(({ row, label, colour }) => ({
          group: TITLES[row.verb].split(" ")[0] ?? "",
          ...{ series: label, colour },
          bar: row.successRatio,
          interval: [row.successLow, row.successHigh],
          note: `${(row.successRatio * 100).toFixed(1)} %${orderNote(row)}`,
        })),
      }),
    },
    ...bytesSection(facts, shown),
    {
      title: "Figures",
      body: table(
        WOTPY_COLUMNS.map(({ title }) => title),
        shown.map(({ row }) => WOTPY_COLUMNS.map(({ cell }) => cell(row))),
      ),
    },
  ]);
}

type Shown = WotpySummary & { readonly label: string; readonly colour: string };

function latencySection(verb: Verb, shown: readonly Shown[]): Section {
  const boxes = rowPlot({
    title: `Latency of ${verb}`,
    unit: "ms",
    rows: shown.map(({ row, latency, label, colour }) => ({
      ...{ group: "latency", series: label, colour, box: latency },
      note: row.medianMs === null ? "nothing received" : `median ${row.medianMs.toFixed(1)} ms`,
    })),
  });
  const curves = curvesPlot({
    title: `Received within a time: ${verb}`,
    unit: "ms; where a line ends below 100 %, the rest was lost",
    curves: shown.map(({ row, latenciesMs, label, colour }) => ({
      ...{ name: label, colour, values: latenciesMs, total: row.total },
    })),
  });
  return { title: TITLES[verb], note: LATENCIES[verb], body: boxes + curves };
}

function bytesSection({ counted }: WotpyFacts, shown: readonly Shown[]): Section[] {
  if (shown.every(({ row }) => row.bytesPerInteraction === null)) return [];
  const body = rowPlot({
    title: "Bytes per interaction",
    unit: "bytes per request or event",
    rows: shown.map(({ row, label, colour }) => ({
      group: TITLES[row.verb].split(" ")[0] ?? "",
      ...{ series: label, colour, bar: row.bytesPerInteraction },
      note: row.bytesPerInteraction === null ? "–" : `${row.bytesPerInteraction.toFixed(0)} B`,
    })),
  });
  return [{ title: "Captured bytes", note: countedNote(counted), body }];
}

function orderNote({ disordered, duplicates }: WotpySummary["row"]): string {
  const parts = [
    disordered ? `${disordered} out of order` : "",
    duplicates ? `${duplicates} twice` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

function leadOf(facts: WotpyFacts): string {
  const { batches, parallel, perSecond, events, lambd, timeoutMs, network, seed } = facts;
  const where =
    network === null
      ? "loopback"
      : `network ${network}, seed ${seed}; emulated in the kernel, without delay`;
  return (
    `The benchmark Thing of the WOTPY study (Computer Communications 147, 2019), by its formulas: ` +
    `${batches} batches of ${parallel} round trips at once, ${batches * parallel} reads at ${perSecond} a second, ` +
    `a burst of ${events} events at ${lambd} a second. Time-out ${timeoutMs} ms. Over ${where}. ${facts.startedAt}`
  );
}
