import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Clock, deferred, NotFoundError, silentLogger, WaitTimeoutError } from "@fogwot/core";
import { type Artifact, artifactFiles, TierProcessors, writeArtifact } from "@fogwot/wasm";
import type { Publications } from "../publications";

export interface PublishOptions {
  readonly publications: Publications;
  /** For the slots, the list of trust and the publications; its own. */
  readonly folder: string;
  /** Publications each way. */
  readonly count: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** From the first byte written, or from the call, until the new version takes frames; ms. */
export interface PublishFigures {
  /** Files that the node watches are written anew. */
  readonly watchedMs: readonly number[];
  /** What the Node Thing's action deployProcessor does with the bytes it was given. */
  readonly deployedMs: readonly number[];
}

const NAME = "average";
const LIMIT_MS = 10_000;
const PROBATION = { frames: 1, durationMs: 0 };

/** How soon the processors of a fog node run what was published. */
export async function publishToRunning(options: PublishOptions): Promise<PublishFigures> {
  const { publications, folder, count, clock, signal } = options;
  const trust = path.join(folder, "trust.json");
  writeFileSync(trust, JSON.stringify(publications.trust));
  const files = artifactFiles(path.join(folder, "published", NAME));
  writeArtifact(files, publications.next());
  let swapped = deferred<number>();
  const node = new TierProcessors({
    processors: [{ name: NAME, artifact: files.wasm, watch: true, from: [], to: [] }],
    trust: { trust, probation: PROBATION, checkpointMs: 60_000 },
    folder: path.join(folder, "slots"),
    version: "0.1.0",
    checkChain: () => [],
    surroundings: { act: async () => undefined, set: async () => undefined },
    peers: {
      consume: () => Promise.reject(new NotFoundError("another tier")),
      stop: async () => undefined,
    },
    clock,
    log: silentLogger,
    onEvent: (_name, { kind }) => {
      if (kind === "swapped") swapped.resolve(clock.monotonicMs());
    },
    onOutput: () => undefined,
  });
  const took = async (publish: (artifact: Artifact) => unknown): Promise<number> => {
    signal.throwIfAborted();
    const artifact = other(publications, node);
    swapped = deferred();
    const beganMs = clock.monotonicMs();
    const published = publish(artifact);
    const late = new WaitTimeoutError("a publication running", LIMIT_MS);
    const cancel = clock.schedule(LIMIT_MS, () => swapped.reject(late));
    const endMs = await swapped.promise.finally(cancel);
    await published;
    return endMs - beganMs;
  };
  await node.start();
  try {
    const watchedMs: number[] = [];
    const deployedMs: number[] = [];
    for (let index = 0; index < count; index++) {
      watchedMs.push(await took((artifact) => writeArtifact(files, artifact)));
    }
    for (let index = 0; index < count; index++) {
      deployedMs.push(await took((artifact) => node.deploy(NAME, artifact)));
    }
    return { watchedMs, deployedMs };
  } finally {
    await node.stop();
  }
}

/** The next publication of other bytes than those that run: a watched file that stays is no change. */
function other(publications: Publications, node: TierProcessors): Artifact {
  const running = node.list()[0]?.running?.version;
  for (;;) {
    const artifact = publications.next();
    const { version } = JSON.parse(Buffer.from(artifact.manifest).toString()) as {
      version: string;
    };
    if (version !== running) return artifact;
  }
}
