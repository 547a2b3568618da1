import type { LinkSettings } from "@fogwot/core";
import { UsageError } from "../errors";
import { parseMilliseconds, parseProbability } from "./options";

/** The options of `fogwot link set`. */
export interface LinkSetOptions {
  loss?: number;
  filter?: number;
  extraLoss?: number;
  /** "20ms" or "+20ms". */
  delay?: string;
  /** "median,sigma" or "off". */
  jitter?: string;
  /** Four probabilities, or "off". */
  bursts?: string;
}

/**
 * Options → link settings. `--loss` is the whole loss of the link, so it replaces filter and
 * bursts; `--delay 20ms` is the whole constant delay, `+20ms` comes on top of the link's own.
 * @throws UsageError
 */
export function settingsOf(options: LinkSetOptions): Partial<LinkSettings> {
  const { loss, filter, extraLoss, delay, jitter, bursts } = options;
  const settings: Partial<LinkSettings> = {
    ...(loss === undefined ? {} : { filterLoss: loss, gilbertElliott: null, extraLoss: 0 }),
    ...(filter === undefined ? {} : { filterLoss: filter }),
    ...(extraLoss === undefined ? {} : { extraLoss }),
    ...(delay === undefined ? {} : delayOf(delay)),
    ...(jitter === undefined ? {} : { jitter: jitterOf(jitter) }),
    ...(bursts === undefined ? {} : { gilbertElliott: burstsOf(bursts) }),
  };
  if (Object.keys(settings).length > 0) return settings;
  throw new UsageError(
    "link set: wanted at least one of --loss --filter --extra-loss --delay --jitter --bursts",
  );
}

function delayOf(text: string): Partial<LinkSettings> {
  const isExtra = text.startsWith("+");
  const delayMs = checked(`--delay ${text}`, () =>
    parseMilliseconds(isExtra ? text.slice(1) : text),
  );
  return isExtra ? { extraDelayMs: delayMs } : { baseMs: delayMs, extraDelayMs: 0 };
}

function jitterOf(text: string): LinkSettings["jitter"] {
  if (text === "off") return null;
  const [medianMs, sigma] = numbers(`--jitter ${text}`, text, 2);
  return { medianMs: medianMs ?? 0, sigma: sigma ?? 0 };
}

function burstsOf(text: string): LinkSettings["gilbertElliott"] {
  if (text === "off") return null;
  const parts = text.split(",");
  const name = `--bursts ${text}`;
  if (parts.length !== 4) throw new UsageError(`${name}: wanted four probabilities, or off`);
  const [pGoodToBad, pBadToGood, lossGood, lossBad] = parts.map((part) =>
    checked(name, () => parseProbability(part)),
  ) as [number, number, number, number];
  return { pGoodToBad, pBadToGood, lossGood, lossBad };
}

function numbers(name: string, text: string, count: number): number[] {
  const values = text.split(",").map(Number);
  if (values.length === count && values.every((value) => value >= 0)) return values;
  throw new UsageError(`${name}: wanted ${count} numbers with a comma between them, or off`);
}

function checked<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UsageError(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
