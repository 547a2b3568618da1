import { type ChannelDevice, type LinkFigures, marginalLoss } from "./channel";

type Models = Pick<ChannelDevice, "outliers" | "samplesMs" | "traceMs">;

/** What of the model makes the figures: which columns of a device are in use. */
export interface TruthModel {
  readonly loss: "ge" | "iid" | "trace";
  readonly rtt: "lognormal" | "empirical" | "trace";
}

/**
 * Marginal figures of a link that is not dead: probability that a reply comes in time, and the mean
 * round trip of those that do, ms. Nothing in time: 0 and the time-out.
 * @param out two numbers: p, mean
 */
export function linkTruth(
  model: TruthModel,
  device: Models,
  link: LinkFigures,
  timeoutMs: number,
  out: Float64Array,
): void {
  const delivered =
    model.loss === "trace"
      ? shareDelivered(device.traceMs ?? [])
      : (1 - marginalLoss(link.ge)) * (1 - link.filter);
  regularTruth(model, device, link, timeoutMs, out);
  const { outliers } = device;
  if (outliers) {
    const [share, mean] = uniformTruth(outliers, link.rttScale, timeoutMs);
    const inTime = outliers.p * share + (1 - outliers.p) * (out[0] as number);
    const sum =
      outliers.p * share * mean + (1 - outliers.p) * (out[0] as number) * (out[1] as number);
    out[0] = inTime;
    out[1] = sum / inTime;
  }
  out[0] = delivered * (out[0] as number);
  if (!(out[0] > 0)) nothing(timeoutMs, out);
}

/** As linkTruth, for a link that delivers nothing. */
export function nothing(timeoutMs: number, out: Float64Array): void {
  out[0] = 0;
  out[1] = timeoutMs;
}

function regularTruth(
  model: TruthModel,
  device: Models,
  link: LinkFigures,
  timeoutMs: number,
  out: Float64Array,
): void {
  if (model.rtt === "lognormal") {
    logNormalTruth(link, timeoutMs, out);
    return;
  }
  const values = model.rtt === "empirical" ? (device.samplesMs ?? []) : (device.traceMs ?? []);
  let answered = 0;
  let inTime = 0;
  let sumMs = 0;
  for (const value of values) {
    if (value === null) continue;
    answered++;
    if (value * link.rttScale > timeoutMs) continue;
    inTime++;
    sumMs += value * link.rttScale;
  }
  out[0] = answered === 0 ? 0 : inTime / answered;
  out[1] = inTime === 0 ? timeoutMs : sumMs / inTime;
}

/** A log-normal cut at the time-out: E[X | X ≤ c] = m·e^(s²/2)·Φ(z − s) / Φ(z), z = ln(c/m)/s. */
function logNormalTruth(link: LinkFigures, timeoutMs: number, out: Float64Array): void {
  const baseMs = link.baseMs * link.rttScale;
  const medianMs = link.medianMs * link.rttScale;
  const roomMs = timeoutMs - baseMs;
  if (medianMs === 0 || link.sigma === 0) {
    out[0] = medianMs <= roomMs ? 1 : 0;
    out[1] = baseMs + medianMs;
    return;
  }
  if (roomMs <= 0) {
    nothing(timeoutMs, out);
    return;
  }
  const z = Math.log(roomMs / medianMs) / link.sigma;
  const share = normalCdf(z);
  out[0] = share;
  const meanMs = medianMs * Math.exp(link.sigma ** 2 / 2);
  out[1] = baseMs + (meanMs * normalCdf(z - link.sigma)) / share;
}

function uniformTruth(
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
  scale: number,
  timeoutMs: number,
): [share: number, meanMs: number] {
  const [low, high] = [minMs * scale, maxMs * scale];
  if (low > timeoutMs) return [0, 0];
  if (high <= timeoutMs) return [1, (low + high) / 2];
  return [(timeoutMs - low) / (high - low), (low + timeoutMs) / 2];
}

function shareDelivered(trace: readonly (number | null)[]): number {
  return trace.filter((value) => value !== null).length / trace.length;
}

/** Zelen & Severo's approximation (Abramowitz & Stegun 26.2.17), error below 7.5e-8. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = Math.exp((-z * z) / 2) * 0.3989422804014327 * series;
  return z >= 0 ? 1 - upper : upper;
}
