import type { Artifact } from "../publish/artifact";
import { artifactFiles, publishedBefore, readArtifact } from "../publish/artifact-files";
import type { Deployed, RunningVersion } from "../runtime";
import type { ChainProcessor } from "./chain-processor";
import type { TierClock, TierLog } from "./options";
import { watchArtifact } from "./watch-artifact";

export interface ChainArtifactsOptions {
  readonly clock: TierClock;
  readonly log: TierLog;
  /** undefined: nothing is installed under the name. */
  readonly running: (name: string) => RunningVersion | undefined;
  readonly deploy: (name: string, artifact: Artifact) => Promise<Deployed>;
}

/** The files that a chain names: deployed where nothing is, and watched where they are to be. */
export class ChainArtifacts {
  readonly #options: ChainArtifactsOptions;
  readonly #watches = new Map<string, () => void>();

  constructor(options: ChainArtifactsOptions) {
    this.#options = options;
  }

  /** @param removed names that were removed or moved away: their files are not deployed by themselves */
  async follow(chain: readonly ChainProcessor[], removed: readonly string[]): Promise<void> {
    for (const [name, cancel] of this.#watches) {
      if (chain.some((one) => one.name === name)) continue;
      cancel();
      this.#watches.delete(name);
    }
    for (const { name, artifact, watch } of chain) {
      if (artifact === undefined) continue;
      const active = this.#options.running(name);
      const isMissing = !active && !removed.includes(name);
      if (isMissing || (watch && isNewer(artifact, active))) await this.#deploy(name, artifact);
      if (!watch || this.#watches.has(name)) continue;
      const { clock } = this.#options;
      const onChange = (): void => void this.#deploy(name, artifact);
      this.#watches.set(name, watchArtifact(artifact, { clock, onChange }));
    }
  }

  stop(): void {
    for (const cancel of this.#watches.values()) cancel();
    this.#watches.clear();
  }

  async #deploy(name: string, file: string): Promise<void> {
    const { log, running, deploy } = this.#options;
    try {
      const from = running(name)?.wasmSha256 ?? null;
      const done = await deploy(name, readArtifact(file));
      log.info({ processor: name, file, from, ...done }, "deployed from its file");
    } catch (error) {
      // What runs runs on; a node is not to fail because a file is wrong.
      log.error({ processor: name, file, err: error }, "the artifact was not deployed");
    }
  }
}

/** Whether a later publication lies there than the one that runs. */
function isNewer(file: string, active: RunningVersion | undefined): boolean {
  const running = active?.counter ?? Number.POSITIVE_INFINITY;
  try {
    return (publishedBefore(artifactFiles(file))?.counter ?? 0) > running;
  } catch {
    // A manifest that is none: deploying it says so.
    return true;
  }
}
