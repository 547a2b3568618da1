/**
 * Okabe and Ito's colours, which colour-blind readers can tell apart; every series has a dash of
 * its own beside them, so that a black-and-white print works too.
 */
export interface Stroke {
  readonly colour: string;
  /** SVG dash array; empty: solid. */
  readonly dash: string;
}

export const INK = "#1b1f24";
export const SOFT = "#565f6b";
export const GRID = "#e3e7ec";

const SERIES: readonly Stroke[] = [
  { colour: "#0072b2", dash: "" },
  { colour: "#009e73", dash: "8 3" },
  { colour: "#d55e00", dash: "3 2" },
  { colour: "#cc79a7", dash: "8 3 2 3" },
  { colour: "#56b4e9", dash: "5 2" },
  { colour: "#b58900", dash: "1 2" },
  { colour: "#5b4b9a", dash: "10 4" },
  { colour: "#8c564b", dash: "2 4" },
];

const REFERENCE: Stroke = { colour: "#555555", dash: "2 3" };

/** Shades of one hue per sensor network; its devices differ in shade and dash. */
const NETWORKS: readonly (readonly string[])[] = [
  ["#0072b2", "#56b4e9", "#00426b"],
  ["#d55e00", "#e69f00", "#8a3c00"],
  ["#009e73", "#5fc7a8", "#005a41"],
  ["#cc79a7", "#e0b0cb", "#8f3f6c"],
  ["#5b4b9a", "#9a8ccf", "#362a66"],
];
const DASHES = ["", "7 3", "2 2", "9 3 2 3", "1 3"] as const;

/** Stroke of the `index`-th series of a plot; `isReference` for what others are compared with. */
export function seriesStroke(index: number, isReference = false): Stroke {
  return isReference ? REFERENCE : (SERIES[index % SERIES.length] as Stroke);
}

/** Stroke of every policy by label: P0 is what others are compared with, P1… keep theirs. */
export function policyStrokes(labels: readonly string[]): Map<string, Stroke> {
  const fixed = new Map(
    labels.flatMap((label) => {
      const number = /^P(\d)$/.exec(label)?.[1];
      return number === undefined ? [] : [[label, Number(number)] as const];
    }),
  );
  const taken = new Set(fixed.values());
  const free = SERIES.map((_, index) => index).filter((index) => !taken.has(index + 1));
  let next = 0;
  return new Map(
    labels.map((label) => {
      const own = fixed.get(label);
      if (own !== undefined) return [label, seriesStroke(own - 1, own === 0)];
      return [label, seriesStroke(free[next++ % Math.max(1, free.length)] ?? 0)];
    }),
  );
}

/** Stroke of every device, by index, from the network each belongs to. */
export function deviceStrokes(devices: readonly { readonly wsn: string }[]): Stroke[] {
  const networks = [...new Set(devices.map(({ wsn }) => wsn))];
  const seen = new Map<string, number>();
  return devices.map(({ wsn }) => {
    const member = seen.get(wsn) ?? 0;
    seen.set(wsn, member + 1);
    const shades = NETWORKS[networks.indexOf(wsn) % NETWORKS.length] as readonly string[];
    return {
      colour: shades[member % shades.length] as string,
      dash: DASHES[member % DASHES.length] as string,
    };
  });
}
