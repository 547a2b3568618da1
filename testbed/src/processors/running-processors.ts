import { NotFoundError } from "@fogwot/core";
import { type Artifact, type Deployed, type ProcessorReport, readArtifact } from "@fogwot/wasm";
import { NoOutputError, UsageError } from "../errors";
import { onProcessors } from "./processor-failure";
import { onTiers, type Tier, type TiersOptions, tierOf } from "./site-tiers";

export interface TierProcessors {
  readonly node: string;
  readonly processors: readonly ProcessorReport[];
}

export interface OnTier {
  /** Name of the processor. */
  readonly name: string;
  /** Names of nodes, or `server`. @default every tier that has a processor of the name */
  readonly to?: readonly string[] | undefined;
}

export interface DeployedTo extends Deployed {
  readonly node: string;
  /** From the request to the answer, when a restart would know of it. */
  readonly elapsedMs: number;
}

/** What runs on every tier of the site. */
export function listProcessors(options: TiersOptions): Promise<TierProcessors[]> {
  return onTiers(options, (tiers) => Promise.all(tiers.map(reportOf)));
}

/**
 * Deploys a published processor, one tier after the other: the first that refuses it ends the roll-out.
 * @throws ProcessorProblemError for files that are none, InteractionError with the rule that is broken
 */
export async function deployProcessor(
  { name, to, artifact: file, ...options }: TiersOptions & OnTier & { readonly artifact: string },
  onDeployed: (done: DeployedTo) => void = () => undefined,
): Promise<DeployedTo[]> {
  const artifact = await onProcessors(() => readArtifact(file));
  return onTiers(options, async (all) => {
    const done: DeployedTo[] = [];
    for (const tier of await chosen(all, { name, to })) {
      const startMs = performance.now();
      const answer = await ask<Deployed>(tier, "deployProcessor", { name, ...inBase64(artifact) });
      const one = { node: tier.node, ...answer, elapsedMs: performance.now() - startMs };
      onDeployed(one);
      done.push(one);
    }
    return done;
  });
}

/** Back to the version before, on each tier. @returns names of the tiers */
export function rollbackProcessor(options: TiersOptions & OnTier): Promise<string[]> {
  return onEach(options, "rollbackProcessor");
}

/** Stops it and forgets it, on each tier. @returns names of the tiers */
export function removeProcessor(options: TiersOptions & OnTier): Promise<string[]> {
  return onEach(options, "removeProcessor");
}

export interface MovedTo extends Deployed {
  readonly from: string;
  /** Id of the Thing of the other tier. */
  readonly to: string;
  /** Came while it was on its way, and did not go with it. */
  readonly framesLeft: number;
  readonly elapsedMs: number;
}

/**
 * Has a tier hand a processor with its state to another.
 * @param from @default the one tier on which it runs
 * @throws UsageError when it runs on several
 */
export function moveProcessor({
  name,
  to,
  from,
  ...options
}: TiersOptions & {
  readonly name: string;
  readonly to: string;
  readonly from?: string | undefined;
}): Promise<MovedTo> {
  return onTiers(options, async (all) => {
    const source = from === undefined ? await runningOn(all, name) : tierOf(all, from);
    const startMs = performance.now();
    // Another site's tier is named by its URL.
    const target = to.includes("://") ? to : tierOf(all, to).thingId;
    const moved = await ask<Omit<MovedTo, "from">>(source, "moveProcessor", { name, to: target });
    return { ...moved, from: source.node, elapsedMs: performance.now() - startMs };
  });
}

async function runningOn(all: readonly Tier[], name: string): Promise<Tier> {
  const reports = await Promise.all(all.map(reportOf));
  const found = reports.filter(({ processors }) =>
    processors.some((one) => one.name === name && one.running !== null),
  );
  const [first, ...others] = found;
  if (first && others.length === 0) return tierOf(all, first.node);
  const nodes = found.map(({ node }) => node).join(", ") || "nothing";
  throw new UsageError(`${name} runs on ${nodes}; say from where: --from <node>`);
}

async function onEach({ name, to, ...options }: TiersOptions & OnTier, action: string) {
  return onTiers(options, async (all) => {
    const tiers = await chosen(all, { name, to });
    for (const { thing } of tiers) await thing.invokeAction(action, { name });
    return tiers.map(({ node }) => node);
  });
}

async function chosen(all: readonly Tier[], { name, to }: OnTier): Promise<readonly Tier[]> {
  if (to && to.length > 0) return to.map((one) => tierOf(all, one));
  const reports = await Promise.all(all.map(reportOf));
  const having = reports.filter(({ processors }) => processors.some((one) => one.name === name));
  if (having.length > 0) return having.map(({ node }) => tierOf(all, node));
  const names = reports.flatMap(({ node, processors }) =>
    processors.map((one) => `${one.name} on ${node}`),
  );
  throw new NotFoundError(`processor ${name} (there are ${names.join(", ") || "none"})`);
}

async function reportOf({ node, thing }: Tier): Promise<TierProcessors> {
  const processors = await (await thing.readProperty("processors")).value();
  return { node, processors: processors as unknown as ProcessorReport[] };
}

/** @throws NoOutputError */
export async function ask<T>({ node, thing }: Tier, action: string, input: object): Promise<T> {
  const answer = await (await thing.invokeAction(action, input as never))?.value();
  if (answer === undefined) throw new NoOutputError(action, node);
  return answer as T;
}

function inBase64({ wasm, manifest, signature }: Artifact): Record<keyof Artifact, string> {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  return { wasm: text(wasm), manifest: text(manifest), signature: text(signature) };
}

/** A line each, under their names. */
export function listLines(tiers: readonly TierProcessors[]): string[][] {
  const head = ["name", "node", "version", "sha256", "status", "frames", "dropped", "faults"];
  return [
    [...head, "fuel p99", "µs p99", "swaps", "pause ms"],
    ...tiers.flatMap(({ node, processors }) => processors.map((one) => lineOf(node, one))),
  ];
}

function lineOf(node: string, { name, running, figures }: ProcessorReport): string[] {
  if (!running || !figures) return [name, node, "-", "-", "nothing deployed"];
  const faults = Object.values(figures.faults).reduce((sum, count) => sum + count, 0);
  return [
    name,
    node,
    `${running.processor} ${running.version}`,
    running.wasmSha256.slice(0, 12),
    running.status,
    `${figures.framesIn}`,
    `${figures.framesDropped}`,
    `${faults}`,
    `${Math.round(figures.fuelP99)}`,
    figures.callP99Us.toFixed(1),
    `${figures.swaps}`,
    figures.swapPauseMaxMs.toFixed(2),
  ];
}
